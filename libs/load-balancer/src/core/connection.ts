import type { Clock, Random, Timer } from '@envol/common';
import { reasonOf } from './errors.js';
import type { OpenWire, Wire } from './wire.js';

/**
 * Where a connection stands: never used; being opened for the first time; open; not to be opened at the moment, tried
 * again in the background; removed from the list and finishing what it has; closed for good.
 */
export type ConnectionState = 'idle' | 'connecting' | 'ready' | 'unreachable' | 'draining' | 'closed';

/** What a {@link Connection} needs. */
export interface ConnectionOptions {
  /** Must bring its own timeout. */
  readonly open: OpenWire;
  readonly clock: Clock;
  readonly random: Random;
  /** Called after every change of the state; `reason` says why it became unreachable. */
  readonly onChange: (state: ConnectionState, reason?: Error) => void;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1_000;

/** Keeps one connection open: what is lost or refused is opened again in the background, with growing pauses. */
export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = 'idle';
  #wire: Wire | undefined;
  #opening: Promise<void> | undefined;
  readonly #abort = new AbortController();
  #failuresInARow = 0;
  #timer: Timer | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The open connection, while there is one. */
  get wire(): Wire | undefined {
    return this.#wire;
  }

  /** Opens it now, or joins the attempt under way. Rejects when that fails; the background goes on trying. */
  connect(): Promise<void> {
    if (this.#wire !== undefined || this.#isEnding) return Promise.resolve();
    this.#timer?.cancel();
    return (this.#opening ??= this.#open().finally(() => (this.#opening = undefined)));
  }

  /** Opens no new connection from here on. */
  drain(): void {
    this.#timer?.cancel();
    if (this.#state !== 'closed') this.#change('draining');
  }

  /** Closes it for good. */
  close(reason: Error): void {
    this.#timer?.cancel();
    this.#change('closed');
    this.#abort.abort(reason);
    const wire = this.#wire;
    this.#wire = undefined;
    wire?.close(reason);
  }

  get #isEnding(): boolean {
    return this.#state === 'draining' || this.#state === 'closed';
  }

  async #open(): Promise<void> {
    if (this.#state === 'idle') this.#change('connecting');
    try {
      const wire = await this.#options.open((reason) => this.#lost(reason), this.#abort.signal);
      if (this.#isEnding) return wire.close(new Error('no longer needed'));
      if (!wire.isOpen) throw new Error('closed as soon as it was open');
      this.#wire = wire;
      this.#failuresInARow = 0;
      this.#change('ready');
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(reasonOf(error), { cause: error });
      this.#failed(reason);
      throw reason;
    }
  }

  #lost(reason: Error): void {
    if (this.#wire === undefined) return;
    this.#wire = undefined;
    this.#failed(reason);
  }

  #failed(reason: Error): void {
    if (this.#isEnding) return;
    this.#connectLater();
    this.#change('unreachable', reason);
  }

  /** Exponential back-off with jitter: half of the pause is left to chance, so that clients do not return in step. */
  #connectLater(): void {
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failuresInARow, LONGEST_PAUSE);
    this.#failuresInARow += 1;
    this.#timer = this.#options.clock.setTimeout(
      () => void this.connect().catch(() => undefined),
      pause * (1 - this.#options.random() / 2),
    );
  }

  #change(state: ConnectionState, reason?: Error): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange(state, reason);
  }
}
