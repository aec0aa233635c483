import { build, type Histogram } from 'hdr-histogram-js';

/** What a {@link LatencySummary} tells, from the lowest to the highest. */
export const LATENCY_METRICS = ['min', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;

export type LatencyMetric = (typeof LATENCY_METRICS)[number];

/**
 * How times are distributed, in milliseconds. `min`, `mean` and `max` are exact, percentiles (nearest rank) at most
 * 0.1 % too high between a microsecond and an hour.
 */
export type LatencySummary = Readonly<Record<LatencyMetric, number>> & {
  /** How many there are. */
  readonly count: number;
};

/** The histogram counts in microseconds, which it wants to be whole. */
const UNITS = 1_000;

/** An hour. What takes longer counts as this, but in `mean` and `max`. */
const HIGHEST = 3_600_000 * UNITS;

/** Keeps times in bounded memory (about 90 KB): HdrHistogram with three significant digits. */
export class LatencyHistogram {
  readonly #histogram: Histogram;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  constructor() {
    this.#histogram = build({ autoResize: false, highestTrackableValue: HIGHEST, numberOfSignificantValueDigits: 3 });
  }

  /** @param milliseconds below 0 counts as 0 */
  record(milliseconds: number): void {
    const time = Math.max(0, milliseconds);
    this.#histogram.recordValue(Math.min(Math.round(time * UNITS), HIGHEST));
    this.#sum += time;
    this.#min = Math.min(this.#min, time);
    this.#max = Math.max(this.#max, time);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** @param percent 0 to 100 @returns `undefined` when nothing was recorded */
  percentile(percent: number): number | undefined {
    return this.count === 0 ? undefined : this.#percentileOf(this.#histogram, percent);
  }

  /** `undefined` when nothing was recorded. */
  summary(): LatencySummary | undefined {
    return this.count === 0 ? undefined : this.#summaryOf(this.#histogram, this.#sum / this.count);
  }

  /**
   * What {@link summary} would be if requests had been sent every `interval` milliseconds instead of waiting for each
   * other: for each time longer than that, those that a request would have had which was due while it lasted are added
   * (HdrHistogram's correction for coordinated omission, by Gil Tene). `mean` is within 0.1 % here.
   */
  corrected(interval: number): LatencySummary | undefined {
    if (this.count === 0) return undefined;
    const corrected = this.#histogram.copyCorrectedForCoordinatedOmission(interval * UNITS);
    return this.#summaryOf(corrected, corrected.mean / UNITS);
  }

  reset(): void {
    this.#histogram.reset();
    this.#sum = 0;
    this.#min = Infinity;
    this.#max = 0;
  }

  #summaryOf(histogram: Histogram, mean: number): LatencySummary {
    const percentile = (percent: number): number => this.#percentileOf(histogram, percent);
    return {
      count: histogram.totalCount,
      min: this.#min,
      mean,
      p50: percentile(50),
      p75: percentile(75),
      p90: percentile(90),
      p95: percentile(95),
      p99: percentile(99),
      'p99.9': percentile(99.9),
      max: this.#max,
    };
  }

  /** The histogram gives the upper end of a bucket, which may be over what was ever recorded. */
  #percentileOf(histogram: Histogram, percent: number): number {
    return Math.min(histogram.getValueAtPercentile(percent) / UNITS, this.#max);
  }
}
