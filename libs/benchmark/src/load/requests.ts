import type { Clock, Timer } from '@envol/common/core';
import { errorKind, TIMEOUT, type ErrorKind } from './error-kind.js';
import type { LoadClient } from './load-target.js';

/** How a request ended; `unfinished` if the run was aborted before. */
export type Outcome =
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed'; readonly error: ErrorKind }
  | { readonly type: 'unfinished' };

/** A request that has ended, with its times in milliseconds from the start of the run. */
export interface EndedRequest {
  /** When it should have been sent. */
  readonly due: number;
  /** When the target was called. */
  readonly called: number;
  /** When it went out. */
  readonly sent: number;
  readonly ended: number;
  readonly outcome: Outcome;
}

/** What {@link Requests} need. */
export interface RequestsParts {
  readonly client: LoadClient;
  /** Milliseconds from the call of the target. */
  readonly timeout: number;
  readonly clock: Clock;
  /** Milliseconds from the start of the run. */
  readonly elapsed: () => number;
  readonly onEnd: (request: EndedRequest) => void;
}

const SUCCEEDED: Outcome = { type: 'succeeded' };
const UNFINISHED: Outcome = { type: 'unfinished' };
const TIMED_OUT: Outcome = { type: 'failed', error: { kind: TIMEOUT } };

/** Sends requests and keeps those that are in flight. */
export class Requests {
  readonly #parts: RequestsParts;
  /** For each that is in flight: what gives it up. */
  readonly #inFlight = new Set<(outcome: Outcome) => void>();
  #onIdle: () => void = () => undefined;

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Sends a request at once; resolves when it has ended, however that was. */
  send(index: number, due: number): Promise<void> {
    const { client, timeout, clock, elapsed, onEnd } = this.#parts;
    return new Promise((resolve) => {
      const abort = new AbortController();
      const called = elapsed();
      let sent = called;
      let timer: Timer | undefined;
      const end = (outcome: Outcome): void => {
        if (!this.#inFlight.delete(giveUp)) return;
        timer?.cancel();
        onEnd({ due, called, sent, ended: elapsed(), outcome });
        resolve();
        if (this.inFlight === 0) this.#onIdle();
      };
      const giveUp = (outcome: Outcome): void => {
        end(outcome);
        abort.abort();
      };
      this.#inFlight.add(giveUp);
      // What has arrived by then is looked at first: see withTimeout() of @envol/common.
      timer = clock.setTimeout(() => setImmediate(giveUp, TIMED_OUT), timeout);
      answer(client, index, abort.signal, () => (sent = elapsed())).then(
        () => end(SUCCEEDED),
        (error: unknown) => end({ type: 'failed', error: errorKind(error) }),
      );
    });
  }

  /**
   * Waits until nothing is in flight; what still is after `limit` milliseconds has timed out. When `signal` aborts, it
   * is given up as unfinished.
   */
  async drain(limit: number, signal: AbortSignal): Promise<void> {
    const abandon = (): void => this.#giveUp(UNFINISHED);
    const timer = this.#parts.clock.setTimeout(() => this.#giveUp(TIMED_OUT), limit);
    signal.addEventListener('abort', abandon, { once: true });
    if (signal.aborted) abandon();
    await this.#idle();
    timer.cancel();
    signal.removeEventListener('abort', abandon);
  }

  async #idle(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #giveUp(outcome: Outcome): void {
    for (const giveUp of this.#inFlight) giveUp(outcome);
  }
}

/** A target that throws at once has failed, like one that rejects. */
async function answer(client: LoadClient, index: number, signal: AbortSignal, onSent: () => void): Promise<void> {
  await client.send(index, signal, onSent);
}
