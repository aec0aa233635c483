import type { Clock } from '@envol/common';

/** Lets `burst` through at once, and one more every `interval` milliseconds after that. */
export class TokenBucket {
  readonly #burst: number;
  readonly #interval: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(burst: number, interval: number, clock: Clock) {
    this.#burst = burst;
    this.#interval = interval;
    this.#clock = clock;
    this.#tokens = burst;
    this.#filledAt = clock.monotonic();
  }

  /** Takes a token and returns how many milliseconds to wait for it. */
  take(): number {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) / this.#interval) - 1;
    this.#filledAt = now;
    return Math.max(0, -this.#tokens * this.#interval);
  }
}
