import { EnvolError, withTimeout, type Clock } from '@envol/common';
import type { Redis } from 'ioredis';
import { decodeEntry, encodeEntry } from '../core/entry-codec.js';
import type { Entry } from '../core/entry.js';
import type { RemoteStore } from '../core/guarded-store.js';

/** What a {@link RedisStore} is built from, beside its client. */
interface RedisStoreParts {
  readonly prefix: string;
  readonly ownsClient: boolean;
  /** In milliseconds. */
  readonly connectTimeout: number;
  readonly clock: Clock;
}

/** The commands of Redis that a store needs, over an ioredis client. Keys get `prefix` in front. */
export class RedisStore implements RemoteStore {
  readonly #client: Redis;
  readonly #prefix: string;
  readonly #ownsClient: boolean;
  readonly #connectTimeout: number;
  readonly #clock: Clock;

  constructor(client: Redis, options: RedisStoreParts) {
    this.#client = client;
    this.#prefix = `${options.prefix}:`;
    this.#ownsClient = options.ownsClient;
    this.#connectTimeout = options.connectTimeout;
    this.#clock = options.clock;
  }

  async get(key: string): Promise<Entry | undefined> {
    const text = await this.#client.get(this.#prefix + key);
    return text === null ? undefined : decodeEntry(text);
  }

  async set(key: string, entry: Entry): Promise<void> {
    const text = encodeEntry(key, entry);
    const ttl = Math.floor(entry.expiresAt - this.#clock.now());
    if (ttl > 0) await this.#client.set(this.#prefix + key, text, 'PX', ttl);
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#client.unlink(this.#prefix + key)) === 1;
  }

  ping(): Promise<string> {
    return this.#client.ping();
  }

  async open(): Promise<void> {
    if (this.#client.status !== 'wait') return;
    try {
      // A server that accepts connections and says nothing would hold up the start for ever.
      const tooSlow = () => new Error(`no answer within ${this.#connectTimeout} ms`);
      await withTimeout(this.#client.connect(), this.#connectTimeout, this.#clock, tooSlow);
    } catch (error) {
      throw connectFailed(this.#client, error);
    }
  }

  async close(): Promise<void> {
    if (this.#ownsClient) this.#client.disconnect();
  }
}

function connectFailed(client: Redis, cause: unknown): EnvolError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EnvolError(
    'ENVOL_CACHE_CONNECT_FAILED',
    `Redis at ${client.options.host}:${client.options.port} cannot be reached: ${reason}`,
    'Start Redis, or correct the url option. The cache works without it meanwhile and goes on trying to connect.',
    { cause },
  );
}
