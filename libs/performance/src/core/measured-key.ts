import type { Histogram } from '@envol/common';
import { DurationStats, type Outcome } from './duration-stats.js';

/** Everything that is kept of one key: the stats of `metrics()`, and a series for each outcome, made when it first occurs. */
export class MeasuredKey {
  readonly stats = new DurationStats();
  readonly #bind: (outcome: Outcome) => Histogram;
  readonly #histograms: { ok?: Histogram; error?: Histogram } = {};

  constructor(
    readonly key: string,
    bind: (outcome: Outcome) => Histogram,
  ) {
    this.#bind = bind;
  }

  record(seconds: number, outcome: Outcome): void {
    this.stats.record(seconds, outcome);
    (this.#histograms[outcome] ??= this.#bind(outcome)).record(seconds);
  }
}
