import { EnvolError, type Clock } from '@envol/common';
import type { Response } from 'memjs';
import { decodeEntry, encodeEntry } from '../core/entry-codec.js';
import type { Entry } from '../core/entry.js';
import type { RemoteStore } from '../core/guarded-store.js';
import { StoreUnavailableError } from '../core/store-errors.js';
import { compress, decompress } from './compression.js';
import { expirySeconds } from './expiry.js';
import { itemKey } from './item-key.js';
import { formatAddress } from './server-address.js';
import type { SharedServer } from './shared-server.js';

/** What a {@link MemcachedStore} is built from, beside its server. */
interface MemcachedStoreParts {
  /** Name for errors. */
  readonly name: string;
  readonly keyspace: string;
  /** Entries of more bytes are compressed. */
  readonly compressAbove: number;
  readonly clock: Clock;
}

/** Of the binary protocol of memcached (protocol_binary.txt). */
const OPCODE = { get: 0x00, set: 0x01, delete: 0x04, noop: 0x0a } as const;
const OK = 0x00;
const NOT_FOUND = 0x01;
const TOO_LARGE = 0x03;
const REASONS: Readonly<Record<number, string>> = {
  0x04: 'invalid arguments',
  0x05: 'it was not stored',
  0x81: 'unknown command',
  0x82: 'out of memory',
  0x83: 'not supported',
  0x84: 'internal error',
  0x85: 'busy',
  0x86: 'temporary failure',
};

/** Longest entry as text, before compression: what is larger takes too long to read in one go. */
const MAX_ENTRY_BYTES = 8 * 1024 ** 2;
/** Flags that mean nothing to us. */
const NO_FLAGS = 0;

/** The commands of memcached that a store needs, to one server. */
export class MemcachedStore implements RemoteStore {
  readonly #server: SharedServer;
  readonly #parts: MemcachedStoreParts;
  #isClosed = false;

  constructor(server: SharedServer, parts: MemcachedStoreParts) {
    this.#server = server;
    this.#parts = parts;
    server.retain();
  }

  async get(key: string): Promise<Entry | undefined> {
    const answer = await this.#request('get', key);
    if (answer.header.status === NOT_FOUND) return undefined;
    if (answer.header.status !== OK) throw this.#refused('get', answer);
    const text = decompress(answer.val, MAX_ENTRY_BYTES);
    return text === undefined ? undefined : decodeEntry(text);
  }

  async set(key: string, entry: Entry): Promise<void> {
    const { clock, compressAbove } = this.#parts;
    const text = Buffer.from(encodeEntry(key, entry));
    const now = clock.now();
    if (entry.expiresAt <= now || text.length > MAX_ENTRY_BYTES) await this.delete(key);
    if (text.length > MAX_ENTRY_BYTES) throw this.#tooLarge(text.length, `${MAX_ENTRY_BYTES} before compression`);
    if (entry.expiresAt <= now) return;
    const value = text.length > compressAbove ? compress(text) : text;
    const answer = await this.#request('set', key, setExtras(expirySeconds(entry.expiresAt, now)), value);
    if (answer.header.status === TOO_LARGE) {
      throw this.#tooLarge(value.length, "the server's: 1 MB by default");
    }
    if (answer.header.status !== OK) throw this.#refused('set', answer);
  }

  async delete(key: string): Promise<boolean> {
    const answer = await this.#request('delete', key);
    if (answer.header.status !== OK && answer.header.status !== NOT_FOUND) throw this.#refused('delete', answer);
    return answer.header.status === OK;
  }

  async ping(): Promise<void> {
    const connection = await this.#server.connect(this.#parts.clock);
    await connection.request(OPCODE.noop);
  }

  reconnect(): void {
    this.#server.reconnect();
  }

  async open(): Promise<void> {
    try {
      await this.#server.connect(this.#parts.clock);
    } catch (error) {
      throw this.#connectFailed(error);
    }
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#server.release();
    this.#isClosed = true;
  }

  async #request(operation: keyof typeof OPCODE, key: string, extras?: Buffer, value?: Buffer): Promise<Response> {
    const connection = await this.#server.connect(this.#parts.clock);
    return connection.request(OPCODE[operation], itemKey(this.#parts.keyspace, key), extras, value);
  }

  /** It comes from a server that lives: it fails this one operation and does not speak against the server. */
  #refused(operation: string, { header: { status } }: Response): StoreUnavailableError {
    return new StoreUnavailableError(this.#parts.name, operation, REASONS[status] ?? `status ${status}`);
  }

  #tooLarge(bytes: number, limit: string): StoreUnavailableError {
    return new StoreUnavailableError(
      this.#parts.name,
      'set',
      `its value takes ${bytes} bytes, and the limit is ${limit}`,
      {
        hint: 'Cache less under one key, or raise the limit of memcached (-I). The value was not stored, and the old one is gone.',
      },
    );
  }

  #connectFailed(cause: unknown): EnvolError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new EnvolError(
      'ENVOL_CACHE_CONNECT_FAILED',
      `memcached at ${formatAddress(this.#server.address)} cannot be reached: ${reason}`,
      /authentication/.test(reason)
        ? 'Correct the options username and password; memcached must offer SASL PLAIN.'
        : 'Start memcached, or correct the servers option. The cache works without it meanwhile and goes on trying to connect.',
    );
  }
}

function setExtras(expiry: number): Buffer {
  const extras = Buffer.alloc(8);
  extras.writeUInt32BE(NO_FLAGS, 0);
  extras.writeUInt32BE(expiry, 4);
  return extras;
}
