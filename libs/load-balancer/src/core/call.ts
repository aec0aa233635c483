import type { Clock } from '@envol/common';
import type { Balancer } from './balancer.js';
import type { OutlierEjection } from './outlier-ejection.js';
import type { Server } from './server.js';

/** Where a {@link Call} reports to. */
export interface CallObservers {
  readonly clock: Clock;
  readonly balancer: Balancer;
  readonly ejection: OutlierEjection;
}

/** One call to one server, from the pick to its end. Made by `LoadBalancer.begin`. */
export class Call {
  readonly server: Server;
  readonly #observers: CallObservers;
  readonly #startedAt: number;
  #isAnswered = false;
  #isOver = false;

  constructor(server: Server, observers: CallObservers) {
    this.server = server;
    this.#observers = observers;
    this.#startedAt = observers.clock.monotonic();
    server.outstanding += 1;
    server.requests += 1;
  }

  /**
   * The first answer is there: the time it took is the latency of the server. An error of the application
   * (`isError`) is an answer too, but never makes the server look faster than it did: one that only fails quickly
   * must not draw the calls of all others.
   */
  answered(isError = false): void {
    if (this.#isAnswered || this.#isOver) return;
    this.#isAnswered = true;
    const { clock, balancer, ejection } = this.#observers;
    const elapsed = clock.monotonic() - this.#startedAt;
    balancer.answered?.(this.server, isError ? Math.max(elapsed, this.server.cost) : elapsed);
    ejection.succeeded(this.server);
  }

  /** The server failed. It is charged the time that passed, or `limit` milliseconds (what it was given) if that is more. */
  failed(limit = 0): void {
    if (this.#isOver) return;
    this.end();
    this.server.failures += 1;
    const { clock, balancer, ejection } = this.#observers;
    balancer.failed?.(this.server, Math.max(clock.monotonic() - this.#startedAt, limit));
    ejection.failed(this.server, this.#startedAt);
  }

  /**
   * The caller gave up before there was an answer, with less patience than a call is given. That is no failure of the
   * server, but it took at least as long, which may only make it look slower.
   */
  abandoned(): void {
    if (this.#isAnswered || this.#isOver) return;
    const { clock, balancer } = this.#observers;
    balancer.answered?.(this.server, Math.max(clock.monotonic() - this.#startedAt, this.server.cost));
  }

  /** It is over, for whatever reason. Counts once. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.server.outstanding -= 1;
  }
}
