import { systemClock, withTimeout, type Clock } from '@envol/common';
import { IncomingResponseDeserializer, JsonSocket, type IncomingResponse } from '@nestjs/microservices';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsConnectionOptions } from 'node:tls';
import { addressOf } from '../core/instance.js';
import { reasonOf } from '../core/errors.js';
import { ConnectionLostError, type Packet, type ReplyListener, type Wire } from '../core/wire.js';

/** Where and how a {@link TcpWire} is opened; time in milliseconds. */
export interface TcpWireOptions {
  readonly host: string;
  readonly port: number;
  readonly tlsOptions?: TlsConnectionOptions | undefined;
  readonly connectTimeout: number;
  readonly clock?: Clock;
}

/**
 * No server has a handler for this pattern, and Nest says so in an answer: a sign of life that needs nothing on the
 * other side.
 */
const PING: Packet = { pattern: 'envol:ping', data: '' };

const KEEP_ALIVE_AFTER = 10_000;
/** How long a closing socket may take to write what is left, in milliseconds. */
const FLUSH_TIMEOUT = 1_000;

/** A connection to a TCP microservice of Nest: requests by id over one socket, framed by Nest's own `JsonSocket`. */
export class TcpWire implements Wire {
  readonly #socket: Socket;
  readonly #json: JsonSocket;
  readonly #clock: Clock;
  readonly #deserializer = new IncomingResponseDeserializer();
  readonly #listeners = new Map<string, ReplyListener>();
  readonly #onLost: (reason: Error) => void;
  #lastId = 0;
  #isOpen = true;

  private constructor(socket: Socket, clock: Clock, onLost: (reason: Error) => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#onLost = onLost;
    this.#json = new JsonSocket(socket);
    this.#json.on('message', (message: IncomingResponse) => this.#received(message));
    let failure: unknown;
    // Nest's socket also emits framing errors here, as strings, and they leave the stream unreadable.
    socket.on('error', (error: unknown) => {
      failure = error;
      socket.destroy();
    });
    socket.on('end', () => this.#lose(new Error('the other side closed the connection')));
    socket.on('close', () =>
      this.#lose(new Error(failure === undefined ? 'the connection was closed' : reasonOf(failure))),
    );
  }

  /** Connects, and waits for a sign of life: a port that only accepts connections is not an instance that works. */
  static async open(options: TcpWireOptions, onLost: (reason: Error) => void, signal: AbortSignal): Promise<TcpWire> {
    const { host, port, tlsOptions, connectTimeout, clock = systemClock } = options;
    const target = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER };
    const socket = tlsOptions === undefined ? connectTcp(target) : connectTls({ ...tlsOptions, ...target });
    const wire = new TcpWire(socket, clock, onLost);
    const connected = new Promise<void>((resolve, reject) => {
      socket.once(tlsOptions === undefined ? 'connect' : 'secureConnect', () => resolve());
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed before it was open')));
    });
    const abort = (): unknown => socket.destroy();
    signal.addEventListener('abort', abort);
    const answering = connected.then(() => wire.ping(connectTimeout));
    try {
      await withTimeout(answering, connectTimeout, clock, () => notAnswering(options));
      return wire;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  request(packet: Packet, listener: ReplyListener): (() => void) | undefined {
    if (!this.#isOpen) return undefined;
    this.#lastId += 1;
    const id = String(this.#lastId);
    this.#json.sendMessage({ ...packet, id });
    this.#listeners.set(id, listener);
    return () => void this.#listeners.delete(id);
  }

  event(packet: Packet): Promise<void> | undefined {
    if (!this.#isOpen) return undefined;
    return new Promise((resolve, reject) => {
      this.#json.sendMessage(packet, (error?: unknown) => {
        if (error) return reject(new ConnectionLostError(reasonOf(error), { cause: error }));
        // What the other side sent before the write, above all that it is gone, is read in the next turn of the loop.
        setImmediate(() => {
          if (this.#isOpen) resolve();
          else reject(new ConnectionLostError('the connection was closed'));
        });
      });
    });
  }

  async ping(timeout: number): Promise<void> {
    let stop: (() => void) | undefined;
    const answered = new Promise<void>((resolve, reject) => {
      stop = this.request(PING, { reply: () => resolve(), lost: reject });
      if (stop === undefined) reject(new Error('the connection was closed'));
    });
    try {
      await withTimeout(answered, timeout, this.#clock, () => new Error(`no sign of life within ${timeout} ms`));
    } finally {
      stop?.();
    }
  }

  close(reason: Error): void {
    this.#lose(reason);
    this.#socket.destroySoon();
    const timer = this.#clock.setTimeout(() => this.#socket.destroy(), FLUSH_TIMEOUT);
    this.#socket.once('close', () => timer.cancel());
  }

  #lose(reason: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onLost(reason);
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.lost(reason);
  }

  #received(message: IncomingResponse): void {
    const isForeign = this.#deserializer.isExternal(message);
    const { id, err, response, isDisposed } = isForeign ? this.#deserializer.mapToSchema(message) : message;
    const listener = this.#listeners.get(id);
    if (listener === undefined) return;
    const isLast = Boolean(isDisposed) || Boolean(err);
    if (isLast) this.#listeners.delete(id);
    listener.reply({ ...(err && { err }), response, isDisposed: isLast });
  }
}

function notAnswering({ host, port, connectTimeout }: TcpWireOptions): Error {
  return new Error(`${addressOf({ host, port })} did not answer within ${connectTimeout} ms`);
}
