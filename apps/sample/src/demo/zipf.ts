import type { Random } from '@envol/common';

/**
 * Draws ranks, 0 being the most frequent, so that rank k comes up in proportion to 1 / (k + 1) ** exponent. Exact, by
 * inversion of the cumulative distribution: a table of `size` numbers, and a binary search for each draw.
 */
export class ZipfSampler {
  readonly #cumulative: Float64Array;
  readonly #random: Random;

  /** @param exponent 0 draws all ranks alike; about 1 is what pages and products of the world show */
  constructor(size: number, exponent: number, random: Random) {
    this.#random = random;
    this.#cumulative = new Float64Array(size);
    let sum = 0;
    for (let rank = 0; rank < size; rank++) this.#cumulative[rank] = sum += (rank + 1) ** -exponent;
  }

  next(): number {
    const last = this.#cumulative.length - 1;
    const target = this.#random() * (this.#cumulative[last] ?? 0);
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cumulative[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
