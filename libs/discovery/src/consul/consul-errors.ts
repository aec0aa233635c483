import { EnvolError } from '@envol/common';
import { reasonOf } from '../core/discovery-errors.js';

export function agentUnavailable(what: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE',
    `Consul did not answer ${what}: ${reasonOf(cause)}`,
    'Check that the agent runs and that `url` of consul() is right.',
    { cause },
  );
}

/** @param said what Consul answered, without the token */
export function refusedBy(what: string, status: number, said: string): EnvolError {
  if (status >= 500) return agentUnavailable(what, new Error(`${status} ${said}`));
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTRY_REFUSED',
    `Consul refused ${what}: ${status} ${said}`,
    status === 403 || status === 401
      ? 'Check `token` of consul(): it needs service:read and node:read to look up, service:write to register.'
      : 'Check the options of consul() and of what is registered.',
  );
}

export function unreadable(what: string, problem: string): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE',
    `What was answered to ${what} is none of Consul's answers: ${problem}`,
    'Check that `url` of consul() is the HTTP API of an agent, and that no proxy in between changes its answers.',
  );
}

export function hiddenByAcl(what: string): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTRY_REFUSED',
    `Consul answered ${what} with nothing, since its ACL hides what is there`,
    'Give consul() a `token` with service:read and node:read.',
  );
}

export function noLeader(what: string): EnvolError {
  return new EnvolError(
    'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE',
    `The Consul server that answered ${what} knows no leader, so its answer may be old`,
    'Check the Consul servers. The last list that a server with a leader gave stays.',
  );
}
