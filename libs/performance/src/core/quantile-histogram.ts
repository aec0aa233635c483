/** 16 linear steps in each power of two: a bucket is at most 1/16 of its lower bound wide, its middle at most 1/32 off. */
const STEP_BITS = 4;

/** About one microsecond, in seconds. What is below counts as this. */
const LOWEST = 2 ** -20;

/** About 68 minutes, in seconds. What is above counts as this. */
const HIGHEST = 2 ** 12;

const view = new DataView(new ArrayBuffer(8));
const FIRST = rawIndex(LOWEST);
const SIZE = rawIndex(HIGHEST) - FIRST;

/**
 * Quantiles of durations in bounded memory (4 KiB): a log-linear histogram, as in HdrHistogram, whose bucket is read
 * from the bits of the number. A quantile is within 1/32 (3.2 %) of the exact one (nearest rank) between a microsecond
 * and an hour.
 */
export class QuantileHistogram {
  readonly #counts = new Float64Array(SIZE);
  #count = 0;

  /** @param seconds a finite number */
  record(seconds: number): void {
    const index = Math.min(Math.max(rawIndex(seconds) - FIRST, 0), SIZE - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
  }

  /** About the smallest value that a share `q` (0 to 1) of the recorded ones does not exceed; 0 when there are none. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let index = 0; index < SIZE; index++) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return (lowerBound(index) + lowerBound(index + 1)) / 2;
    }
    return 0;
  }
}

/** Sign, exponent and the first bits of the mantissa of a double (IEEE 754): grows with the number, if it is not negative. */
function rawIndex(value: number): number {
  view.setFloat64(0, Math.max(value, 0));
  return view.getUint32(0) >>> (20 - STEP_BITS);
}

function lowerBound(index: number): number {
  view.setUint32(0, (index + FIRST) << (20 - STEP_BITS));
  view.setUint32(4, 0);
  return view.getFloat64(0);
}
