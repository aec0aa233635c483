import type { Random } from '@envol/common';

const FIRST = 250;
const LONGEST = 5_000;

/**
 * Pauses between failed attempts, in milliseconds: they double from 250 ms to 5 s, and each is drawn from the upper half
 * of its range, so that many processes do not come back at the same moment ("equal jitter" in the AWS Architecture Blog,
 * Exponential Backoff And Jitter).
 */
export class BackOff {
  readonly #random: Random;
  #failures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The pause after one more failure. */
  next(): number {
    const range = Math.min(FIRST * 2 ** this.#failures, LONGEST);
    this.#failures += 1;
    return range / 2 + this.#random() * (range / 2);
  }

  /** To be called after a success. */
  reset(): void {
    this.#failures = 0;
  }
}
