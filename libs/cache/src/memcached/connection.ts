import type { Socket } from 'node:net';
import { withTimeout, type Clock } from '@envol/common';
import { Server, Utils, type Response } from 'memjs';
import type { ServerAddress } from './server-address.js';

/** SASL PLAIN. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a {@link Connection} is made from. */
interface ConnectionParts {
  readonly address: ServerAddress;
  readonly credentials: Credentials | undefined;
  /** Longest wait for the connection, login and a first answer, in milliseconds. */
  readonly connectTimeout: number;
  readonly clock: Clock;
  /** Called when the connection is over, whether it ever worked or not. */
  readonly onLost: () => void;
}

const NOOP = 0x0a;
/** A number that no request has: under it memjs reports what befalls the connection itself. */
const CONNECTION = 0;
const LAST_REQUEST = 2 ** 32 - 1;
/** While an answer is not whole, memjs keeps it, and copies it with every packet. None that we want is larger. */
const MAX_ANSWER_BYTES = 9 * 1024 ** 2;
const HEADER_BYTES = 24;
/** Where the header has the length of what follows. */
const BODY_LENGTH_AT = 8;
/** In seconds. memjs's own timeouts leave sockets open, and take a process that stood still for a dead server. */
const NEVER = 86_400;

/**
 * One connection to a memcached: login and packets are memjs's, the rest is ours. memjs's `Server` can connect again, but
 * then reads what is left of the old connection's answers as the new one's; so each is used for one connection. And
 * when a server hangs up, memjs forgets the requests under way; here whatever goes wrong fails them all at once.
 */
export class Connection {
  /** Resolves when the server has answered; rejects when it did not in time. */
  readonly ready: Promise<void>;
  readonly #server: Server;
  #lastRequest = CONNECTION;
  #isReady = false;
  #isLost = false;

  constructor({ address, credentials, connectTimeout, clock, onLost }: ConnectionParts) {
    const { username, password } = credentials ?? {};
    const options = { timeout: NEVER, conntimeout: NEVER, keepAlive: true };
    this.#server = new Server(address.host, address.port, username, password, options);
    // Without credentials memjs takes those in the environment, which may be meant for another server.
    Object.assign(this.#server, { username, password });
    const tooSlow = () => new Error(`no answer within ${connectTimeout} ms`);
    this.ready = withTimeout(this.#open(onLost), connectTimeout, clock, tooSlow);
    this.ready.catch(() => this.close());
  }

  /** Whether it is connected, and not over yet. */
  get isReady(): boolean {
    return this.#isReady && !this.#isLost;
  }

  /** Sends a request of the binary protocol and resolves to the answer, whatever its status. */
  request(opcode: number, key = '', extras: Buffer | string = '', value: Buffer | string = ''): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.#isLost) throw new Error('the connection is closed');
      this.#lastRequest = this.#lastRequest === LAST_REQUEST ? CONNECTION + 1 : this.#lastRequest + 1;
      this.#server.onResponse(this.#lastRequest, resolve);
      this.#server.onError(this.#lastRequest, (error) => reject(asError(error)));
      this.#server.write(Utils.makeRequestBuffer(opcode, key, extras, value, this.#lastRequest));
    });
  }

  /** Ends it at once; requests under way reject. */
  close(reason = 'the connection was closed'): void {
    if (!this.#isLost) this.#server.error(new Error(reason));
  }

  async #open(onLost: () => void): Promise<void> {
    const socket = await new Promise<Socket>((resolve, reject) => {
      this.#server.onError(CONNECTION, (error) => {
        this.#isLost = true;
        onLost();
        reject(asError(error));
      });
      this.#server.sock(false, resolve);
    });
    socket.setNoDelay(true);
    socket.on('close', () => this.close());
    socket.on('data', () => {
      if (isTooLarge(this.#server.responseBuffer)) this.close('its answer is too large');
    });
    await this.request(NOOP);
    this.#isReady = true;
  }
}

/** Whether an answer that is not whole yet is, or says it will be, larger than any we want. */
function isTooLarge(answer: Buffer): boolean {
  if (answer.length > MAX_ANSWER_BYTES) return true;
  return answer.length >= HEADER_BYTES && answer.readUInt32BE(BODY_LENGTH_AT) > MAX_ANSWER_BYTES;
}

/** memjs says with a text that a login failed. The error for all addresses of one name has no message, but a code. */
function asError(reason: Error | string): Error {
  if (typeof reason === 'string') return new Error(reason);
  return reason.message === '' && 'code' in reason ? new Error(String(reason.code)) : reason;
}
