import { EnvolError, withTimeout, type Clock } from '@envol/common';
import type { Redis } from 'ioredis';
import { decodeEntry, encodeEntry } from '../core/entry-codec.js';
import type { Entry } from '../core/entry.js';
import type { RemoteStore } from '../core/guarded-store.js';
import { StoreUnavailableError } from '../core/store-errors.js';

/** What a {@link RedisStore} is built from, beside its client. */
interface RedisStoreParts {
  /** Name for errors. */
  readonly name: string;
  readonly keyspace: string;
  /** Whether the client is ours to reconnect and to close. */
  readonly ownsClient: boolean;
  /** In milliseconds. */
  readonly connectTimeout: number;
  readonly clock: Clock;
}

/** The commands of Redis that a store needs, over an ioredis client. */
export class RedisStore implements RemoteStore {
  readonly #client: Redis;
  readonly #parts: RedisStoreParts;
  #problem: string | undefined;

  constructor(client: Redis, parts: RedisStoreParts) {
    this.#client = client;
    this.#parts = parts;
    // Also because ioredis prints what nobody listens to. Only the message: the error may carry a password.
    client.on('error', (error: Error) => (this.#problem = error.message));
  }

  async get(key: string): Promise<Entry | undefined> {
    const text = await this.#ask('get', () => this.#client.get(this.#key(key)));
    return typeof text === 'string' ? decodeEntry(text) : undefined;
  }

  async set(key: string, entry: Entry): Promise<void> {
    const text = encodeEntry(key, entry);
    const ttl = Math.ceil(entry.expiresAt - this.#parts.clock.now());
    if (ttl > 0) await this.#ask('set', () => this.#client.set(this.#key(key), text, 'PX', ttl));
    else await this.delete(key);
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#ask('delete', () => this.#client.unlink(this.#key(key)))) === 1;
  }

  ping(): Promise<string> {
    return this.#client.ping();
  }

  /** Only a connection that is taken for good can be half-open; another one is being made already. */
  reconnect(): void {
    const { status } = this.#client;
    if (this.#parts.ownsClient && (status === 'ready' || status === 'connect')) this.#client.disconnect(true);
  }

  async open(): Promise<void> {
    if (this.#client.status !== 'wait') return;
    const { connectTimeout, clock } = this.#parts;
    try {
      // A server that accepts connections and says nothing would hold up the start for ever.
      const tooSlow = () => new Error(`no answer within ${connectTimeout} ms`);
      await withTimeout(this.#client.connect(), connectTimeout, clock, tooSlow);
    } catch (error) {
      throw this.#connectFailed(error);
    }
  }

  async close(): Promise<void> {
    if (this.#parts.ownsClient) this.#client.disconnect();
  }

  #key(key: string): string {
    return `${this.#parts.keyspace}:${key}`;
  }

  /**
   * An error reply comes from a server that lives: it fails this one operation and does not speak against the server.
   * Its error object holds the command with the value, so only the message is passed on.
   */
  async #ask<T>(operation: string, command: () => Promise<T>): Promise<T | undefined> {
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
      if (error.message.startsWith('WRONGTYPE') && operation === 'get') return undefined;
      throw new StoreUnavailableError(this.#parts.name, operation, error.message);
    }
  }

  #connectFailed(cause: unknown): EnvolError {
    const reason = this.#problem ?? (cause instanceof Error ? cause.message : String(cause));
    const { host, port } = this.#client.options;
    return new EnvolError(
      'ENVOL_CACHE_CONNECT_FAILED',
      `Redis at ${host}:${port} cannot be reached: ${reason}`,
      /WRONGPASS|NOAUTH/.test(reason)
        ? 'Correct user and password in the url option: redis://user:password@host:port.'
        : 'Start Redis, or correct the url option. The cache works without it meanwhile and goes on trying to connect.',
    );
  }
}
