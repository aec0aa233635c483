import { withTimeout, type Clock } from '@envol/common';
import type { ResolvedPerformanceOptions } from './performance-options.js';

/** What {@link Performance} needs from its surroundings. */
export interface PerformanceParts {
  readonly clock: Clock;
}

/** Performance monitoring for NestJS: measure, thresholds that act, HTTP timing, Prometheus metrics. */
export class Performance {
  readonly #timeout: number;
  readonly #clock: Clock;

  constructor({ timeout }: ResolvedPerformanceOptions, { clock }: PerformanceParts) {
    this.#timeout = timeout;
    this.#clock = clock;
  }

  /** Waits for `work`, but no longer than the timeout. */
  run<T>(work: Promise<T>): Promise<T> {
    return withTimeout(work, this.#timeout, this.#clock, () => new Error(`no answer within ${this.#timeout} ms`));
  }
}
