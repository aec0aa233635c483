import { withTimeout, type Clock } from '@envol/common';
import type { ResolvedMemoryOptions } from './memory-options.js';

/** What {@link Memory} needs from its surroundings. */
export interface MemoryParts {
  readonly clock: Clock;
}

/** Memory limits for NestJS: reclaim caches, collect garbage, shed load before the process dies. */
export class Memory {
  readonly #timeout: number;
  readonly #clock: Clock;

  constructor({ timeout }: ResolvedMemoryOptions, { clock }: MemoryParts) {
    this.#timeout = timeout;
    this.#clock = clock;
  }

  /** Waits for `work`, but no longer than the timeout. */
  run<T>(work: Promise<T>): Promise<T> {
    return withTimeout(work, this.#timeout, this.#clock, () => new Error(`no answer within ${this.#timeout} ms`));
  }
}
