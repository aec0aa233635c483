import type { Clock } from '@envol/common';
import { z } from 'zod';
import type { RegistrationRecord } from '../core/registration-options.js';
import { toAgentService } from './agent-service.js';
import { hiddenByAcl, refusedBy, unreadable } from './consul-errors.js';
import { ConsulHttp, type ConsulAnswer } from './consul-http.js';
import type { ResolvedConsulOptions } from './consul-options.js';

/** The instances of a service as Consul has them. */
export interface HealthAnswer {
  /** The state of the service; to be given with the next query. */
  readonly index: number;
  /** Whether the server that answered is in touch with the leader. */
  readonly hasLeader: boolean;
  readonly entries: readonly unknown[];
}

const entriesSchema = z.array(z.unknown());

/** Statuses by which agents say that they do not know a TTL check: 500 in Consul 1.8, 404 in newer ones. */
const UNKNOWN_CHECK = new Set([404, 500]);

/** The endpoints of an agent that service discovery needs. */
export class ConsulClient {
  readonly #http: ConsulHttp;
  readonly #options: ResolvedConsulOptions;

  constructor(options: ResolvedConsulOptions, clock: Clock) {
    this.#options = options;
    this.#http = new ConsulHttp(options, clock);
  }

  /** A number that changes when the agent may be another one than before: when a connection to it ended. */
  get epoch(): number {
    return this.#http.lostConnections;
  }

  /**
   * The instances of a service, healthy or not. With an index it waits up to `waitTime` until the service is another one.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE`, `ENVOL_DISCOVERY_REGISTRY_REFUSED`
   */
  async health(service: string, index: number, signal: AbortSignal): Promise<HealthAnswer> {
    const { waitTime, datacenter } = this.#options;
    const path = `/v1/health/service/${encodeURIComponent(service)}`;
    const answer = await this.#http.request({
      method: 'GET',
      path,
      query: {
        stale: '',
        ...(index > 0 && { index: String(index), wait: `${Math.ceil(waitTime)}ms` }),
        ...(datacenter !== undefined && { dc: datacenter }),
      },
      // The agent adds up to a sixteenth of the wait, so that many queries do not end at once.
      extraTime: index > 0 ? waitTime + waitTime / 16 : 0,
      signal,
    });
    const what = `GET ${path}`;
    this.#expectOk(what, answer);
    const entries = parseEntries(what, answer.text);
    if (entries.length === 0 && answer.header('x-consul-results-filtered-by-acls') === 'true') throw hiddenByAcl(what);
    return {
      index: parseIndex(what, answer.header('x-consul-index')),
      hasLeader: answer.header('x-consul-knownleader') !== 'false',
      entries,
    };
  }

  async register(record: RegistrationRecord): Promise<void> {
    const path = '/v1/agent/service/register';
    const body = toAgentService(record);
    const answer = await this.#http.request({
      method: 'PUT',
      path,
      query: { 'replace-existing-checks': 'true' },
      body,
    });
    this.#expectOk(`PUT ${path}`, answer);
  }

  /** One that is not there is no error: older agents answer 200, newer ones 404. */
  async deregister(id: string): Promise<void> {
    const path = `/v1/agent/service/deregister/${encodeURIComponent(id)}`;
    const answer = await this.#http.request({ method: 'PUT', path });
    if (answer.status !== 404) this.#expectOk(`PUT ${path}`, answer);
  }

  /** Says that a TTL check is passing. Resolves to false when the agent does not know it. */
  async passCheck(checkId: string): Promise<boolean> {
    const path = `/v1/agent/check/pass/${encodeURIComponent(checkId)}`;
    const answer = await this.#http.request({ method: 'PUT', path });
    if (UNKNOWN_CHECK.has(answer.status)) return false;
    this.#expectOk(`PUT ${path}`, answer);
    return true;
  }

  /** Whether the agent has a registration. */
  async hasService(id: string): Promise<boolean> {
    const path = `/v1/agent/service/${encodeURIComponent(id)}`;
    const answer = await this.#http.request({ method: 'GET', path });
    if (answer.status === 404) return false;
    this.#expectOk(`GET ${path}`, answer);
    return true;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** A proxy may put the request, and with it the token, into what it answers. */
  #expectOk(what: string, { status, text }: ConsulAnswer): void {
    if (status >= 200 && status < 300) return;
    const { token } = this.#options;
    const said = token === undefined ? text : text.replaceAll(token, '***');
    throw refusedBy(what, status, JSON.stringify(said.trim().slice(0, 200)));
  }
}

function parseEntries(what: string, text: string): readonly unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(what, 'no JSON');
  }
  const result = entriesSchema.safeParse(json);
  if (!result.success) throw unreadable(what, 'no list');
  return result.data;
}

/** Less than 1 would make the next query return at once, over and over. */
function parseIndex(what: string, header: string | undefined): number {
  const index = Number(header);
  if (header === undefined || !Number.isFinite(index)) throw unreadable(what, 'no X-Consul-Index');
  return Math.max(1, index);
}
