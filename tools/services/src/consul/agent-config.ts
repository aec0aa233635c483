import { HOST } from '../process/ports.js';
import type { ConsulVersion } from './program.js';

/** What a Consul agent of ours reads, as its configuration file has it; ports of its own come as arguments. */
export function agentConfig(nodeName: string, token: string | undefined, version: ConsulVersion): object {
  return {
    node_name: nodeName,
    bind_addr: HOST,
    client_addr: HOST,
    // The default of 8503 would let one agent run on a machine; older versions refuse a name they do not know.
    ports: { dns: -1, https: -1, grpc: -1, serf_wan: -1, ...(isAtLeast(version, 1, 14) && { grpc_tls: -1 }) },
    // All the "machines" of a test share one address, and each of their watches is a connection.
    limits: { http_max_conns_per_client: 0 },
    disable_update_check: true,
    log_level: 'warn',
    ...(token !== undefined && { acl: acl(token, version) }),
  };
}

function acl(token: string, version: ConsulVersion): object {
  const management = isAtLeast(version, 1, 11) ? { initial_management: token } : { master: token };
  return { enabled: true, default_policy: 'deny', tokens: { ...management, agent: token } };
}

function isAtLeast({ major, minor }: ConsulVersion, wantedMajor: number, wantedMinor: number): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
