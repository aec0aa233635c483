import type { Clock } from '@envol/common';
import { Pool, type Dispatcher } from 'undici';
import { agentUnavailable } from './consul-errors.js';
import type { ResolvedConsulOptions } from './consul-options.js';

/** One request to an agent. */
export interface ConsulRequest {
  readonly method: 'GET' | 'PUT';
  /** With the values in it escaped, from `/v1/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Time that the agent takes on purpose, in milliseconds, beside the timeout of every request. */
  readonly extraTime?: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal;
}

/** What the agent answered. */
export interface ConsulAnswer {
  readonly status: number;
  /** The value of a header; `undefined` when it is not there. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** No list of instances is that long; whoever sends more has something else in mind. */
const MAX_BODY = 16 * 1024 * 1024;

/** HTTP to a Consul agent: the token, a timeout around each request, a bound on what is read. */
export class ConsulHttp {
  readonly #url: string;
  readonly #basePath: string;
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeout: number;
  readonly #clock: Clock;
  #lostConnections = 0;

  constructor({ url, token, timeout, tlsOptions }: ResolvedConsulOptions, clock: Clock) {
    const { origin, pathname } = new URL(url);
    this.#url = url;
    this.#basePath = pathname.replace(/\/+$/, '');
    this.#headers = { accept: 'application/json', ...(token !== undefined && { 'x-consul-token': token }) };
    this.#timeout = timeout;
    this.#clock = clock;
    // The timeouts are ours: a query that waits for a change is silent for as long as it was asked to be.
    this.#pool = new Pool(origin, { connect: { ...tlsOptions, timeout }, headersTimeout: 0, bodyTimeout: 0 });
    this.#pool.on('disconnect', () => (this.#lostConnections += 1));
  }

  /** How many connections have ended so far, for whatever reason. */
  get lostConnections(): number {
    return this.#lostConnections;
  }

  /** @throws EnvolError `ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE` when there is no answer in time */
  async request({ method, path, query, body, extraTime = 0, signal }: ConsulRequest): Promise<ConsulAnswer> {
    const what = `${method} ${path} at ${this.#url}`;
    const abort = new AbortController();
    const onAbort = (): void => abort.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) abort.abort();
    const limit = this.#timeout + extraTime;
    let isTooSlow = false;
    // What has arrived by then is looked at first: see withTimeout() of @envol/common.
    const timer = this.#clock.setTimeout(() => {
      setImmediate(() => {
        isTooSlow = true;
        abort.abort();
      });
    }, limit);
    try {
      const response = await this.#pool.request({
        method,
        path: `${this.#basePath}${path}`,
        ...(query !== undefined && { query: { ...query } }),
        headers: { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: abort.signal,
      });
      return await read(response);
    } catch (cause) {
      throw agentUnavailable(what, isTooSlow ? new Error(`no answer within ${limit} ms`) : cause);
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends everything under way. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<ConsulAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY) throw new Error(`the answer is longer than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  const header = (name: string): string | undefined => [headers[name]].flat()[0];
  return { status: statusCode, header, text: Buffer.concat(chunks).toString('utf8') };
}
