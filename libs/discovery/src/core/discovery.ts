import { withTimeout, type Clock } from '@envol/common';
import type { ResolvedDiscoveryOptions } from './discovery-options.js';

/** What {@link Discovery} needs from its surroundings. */
export interface DiscoveryParts {
  readonly clock: Clock;
}

/** Service discovery for NestJS: register, discover and watch instances, in Consul or a static list. */
export class Discovery {
  readonly #timeout: number;
  readonly #clock: Clock;

  constructor({ timeout }: ResolvedDiscoveryOptions, { clock }: DiscoveryParts) {
    this.#timeout = timeout;
    this.#clock = clock;
  }

  /** Waits for `work`, but no longer than the timeout. */
  run<T>(work: Promise<T>): Promise<T> {
    return withTimeout(work, this.#timeout, this.#clock, () => new Error(`no answer within ${this.#timeout} ms`));
  }
}
