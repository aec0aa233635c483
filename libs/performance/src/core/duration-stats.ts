import { QuantileHistogram } from './quantile-histogram.js';

/** How a measured function ended. */
export type Outcome = 'ok' | 'error';

/** What is known of the durations under one key since the start or the last `reset()`. Times in seconds. */
export interface DurationSummary {
  readonly count: number;
  /** Those of `count` that failed. */
  readonly errors: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Quantiles are within 3.2 % of the exact ones, between a microsecond and an hour. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Collects durations in seconds; memory does not grow with their number. */
export class DurationStats {
  readonly #quantiles = new QuantileHistogram();
  #count = 0;
  #errors = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  record(seconds: number, outcome: Outcome): void {
    this.#count += 1;
    if (outcome === 'error') this.#errors += 1;
    this.#sum += seconds;
    if (seconds < this.#min) this.#min = seconds;
    if (seconds > this.#max) this.#max = seconds;
    this.#quantiles.record(seconds);
  }

  summary(): DurationSummary {
    const quantile = (q: number) => Math.min(Math.max(this.#quantiles.quantile(q), this.#min), this.#max);
    return {
      count: this.#count,
      errors: this.#errors,
      min: this.#min,
      max: this.#max,
      mean: this.#sum / this.#count,
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
    };
  }
}
