import type { RegistrationCheck, RegistrationRecord } from '../core/registration-options.js';

/** The id of the one check that a registration has. */
export function checkIdOf(id: string): string {
  return `service:${id}`;
}

/** A registration in the form in which an agent takes it. One that is in warning gets the smallest share. */
export function toAgentService(record: RegistrationRecord): object {
  const { id, name, host, port, weight, tags, version, zone, meta, check } = record;
  return {
    ID: id,
    Name: name,
    Address: host,
    Port: port,
    Tags: tags,
    Meta: { ...meta, ...(version !== undefined && { version }), ...(zone !== undefined && { zone }) },
    Weights: { Passing: weight, Warning: 1 },
    Check: {
      CheckID: checkIdOf(id),
      Name: `${name} at ${host}:${port}`,
      DeregisterCriticalServiceAfter: goDuration(check.deregisterAfter),
      ...toAgentCheck(check, host, port),
    },
  };
}

/**
 * A TTL check begins as passing, since the process that registers lives; Consul would have it critical until the first
 * renewal. The others begin as critical: Consul has not seen the server yet.
 */
function toAgentCheck(check: RegistrationCheck, host: string, port: number): object {
  if (check.type === 'ttl') return { TTL: goDuration(check.ttl), Status: 'passing' };
  const address = `${host.includes(':') ? `[${host}]` : host}:${check.port ?? port}`;
  const target = check.type === 'tcp' ? { TCP: address } : { HTTP: `${check.protocol}://${address}${check.path}` };
  return { ...target, Interval: goDuration(check.interval), Timeout: goDuration(check.timeout) };
}

function goDuration(milliseconds: number): string {
  return `${Math.ceil(milliseconds)}ms`;
}
