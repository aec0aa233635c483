import type { Counter, Histogram } from '@envol/common';

/** A {@link Counter} that is one number. What is no positive finite number adds nothing. */
export class CounterCell implements Counter {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  add(amount = 1): void {
    if (amount > 0 && amount < Infinity) this.#value += amount;
  }
}

/**
 * A {@link Histogram} of fixed buckets: a few typed-array cells, no allocation per value. Negative values, NaN and
 * infinity are not recorded.
 */
export class BucketHistogram implements Histogram {
  readonly bounds: readonly number[];
  /** Float64 counts exactly up to 2^53; Uint32 would begin anew at four thousand million. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds upper bounds of the buckets, ascending; one more takes what is above the last */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  record(value: number): void {
    if (!(value >= 0 && value < Infinity)) return;
    const { bounds } = this;
    let index = 0;
    // There are few bounds and most values are small: a plain loop beats a binary search.
    while (index < bounds.length && value > (bounds[index] ?? Infinity)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  /** How many values are at most as large as each bound; the last one is the count of all. */
  cumulative(): number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => (total += count));
  }
}

/** A value that is read at a scrape. */
export interface GaugeCell {
  read: () => number;
}
