import type { Machine } from '../core/report/report.js';
import type { ErrorCount } from './error-counts.js';
import type { LatencySummary } from './latency-histogram.js';
import type { ThresholdResult } from './thresholds.js';
import type { TimeSeries } from './time-series.js';

/**
 * Where the latency of a request begins: `due` when it was due by the schedule (open loop), `call` when its connection
 * was ready to send it (closed loop), `corrected` the same with HdrHistogram's correction for coordinated omission
 * (closed loop with an expected interval).
 */
export type LatencyBasis = 'due' | 'call' | 'corrected';

/** How many requests there were, without those of the warm-up. */
export interface RequestCounts {
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Due, but not sent, because too many were in flight. */
  readonly dropped: number;
  /** Still in flight when the run was aborted. */
  readonly unfinished: number;
}

/** What a load test gave. Plain data: it survives JSON. Times are milliseconds; nothing of the warm-up is in it. */
export interface LoadReport {
  readonly version: 1;
  readonly name: string;
  readonly target: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly machine: Machine;
  readonly loop: 'open' | 'closed';
  /** As planned. */
  readonly duration: number;
  /** Until the last request had ended, at least {@link duration} unless it was aborted. */
  readonly elapsed: number;
  readonly aborted: boolean;
  readonly requests: RequestCounts;
  /** Successes per second of {@link elapsed}. */
  readonly rate: number;
  readonly latencyBasis: LatencyBasis;
  /** Of successes; absent when there were none. This is what thresholds judge. */
  readonly latency?: LatencySummary;
  /** Of successes, from when they went out: what a test shows that does not count the waiting before. */
  readonly serviceTime?: LatencySummary;
  /** Of failures, from where `latency` begins, uncorrected. */
  readonly errorLatency?: LatencySummary;
  readonly errors: readonly ErrorCount[];
  readonly generator: {
    /** How late requests were sent (open loop). */
    readonly lag?: LatencySummary;
    /** CPU time of the process that sent them, as a share of one core. */
    readonly cpu: number;
  };
  readonly thresholds: readonly ThresholdResult[];
  /** Whether every threshold passed, and the run was not aborted. */
  readonly passed: boolean;
  readonly warnings: readonly string[];
  readonly series: TimeSeries;
}
