import type { ThresholdBreach, ThresholdRecovery } from './threshold.js';

/** What the core has to say; the Nest shell writes it to the log. */
export type PerformanceEvent =
  | SeriesOverflow
  | { readonly type: 'metric-failed'; readonly metric: string; readonly cause: unknown }
  | { readonly type: 'threshold-breached'; readonly breach: ThresholdBreach }
  | { readonly type: 'threshold-recovered'; readonly recovery: ThresholdRecovery }
  | { readonly type: 'threshold-handler-failed'; readonly metric: string; readonly cause: unknown };

/** A metric has reached its limit of series; said once for each metric. */
interface SeriesOverflow {
  readonly type: 'series-overflow';
  readonly metric: string;
  /** The label that has most different values. */
  readonly label: string;
  readonly limit: number;
}

/** Hears of every {@link PerformanceEvent}. */
export type OnPerformanceEvent = (event: PerformanceEvent) => void;
