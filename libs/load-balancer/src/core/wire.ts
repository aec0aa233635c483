/** What is sent: a message pattern of Nest with its data. */
export interface Packet {
  readonly pattern: unknown;
  readonly data: unknown;
  /** Travels beside the data; never part of it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** One answer to a request, as Nest's protocol has it. */
export interface Reply {
  /** What the remote handler threw. */
  readonly err?: unknown;
  readonly response?: unknown;
  /** Whether it is the last one. */
  readonly isDisposed: boolean;
}

/** Who waits for the answers to a request. */
export interface ReplyListener {
  reply(reply: Reply): void;
  /** The connection was lost; nothing more will come. */
  lost(reason: Error): void;
}

/** An open connection to one instance. */
export interface Wire {
  readonly isOpen: boolean;
  /**
   * Sends a request. Returns a function that stops listening, or `undefined` when the connection was closed before
   * anything was sent.
   *
   * @throws what the serializer throws for data that cannot be sent.
   */
  request(packet: Packet, listener: ReplyListener): (() => void) | undefined;
  /**
   * Sends an event. Resolves when its bytes were handed over and the connection still stands, rejects with
   * {@link ConnectionLostError} when it does not; `undefined` when it was closed before anything was sent.
   */
  event(packet: Packet): Promise<void> | undefined;
  /** Asks the other side for a sign of life. */
  ping(timeout: number): Promise<void>;
  /** Closes it once what was written is out. Requests that wait are told that it is lost. */
  close(reason: Error): void;
}

/**
 * Opens a {@link Wire}; `onLost` is called once when it closes, before the requests that wait are told. Aborting ends
 * the attempt.
 */
export type OpenWire = (onLost: (reason: Error) => void, signal: AbortSignal) => Promise<Wire>;

/** A connection closed while it was in use. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}
