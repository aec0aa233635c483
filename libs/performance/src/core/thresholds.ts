import type { Clock, Counter, MetricsSink } from '@envol/common';
import type { OnPerformanceEvent } from './performance-events.js';
import type { ResolvedThreshold } from './threshold-options.js';
import { Threshold, type MeasurementOrigin } from './threshold.js';

/** What {@link Thresholds} needs from its surroundings. */
export interface ThresholdsParts {
  readonly metrics: MetricsSink;
  readonly clock: Clock;
  readonly onEvent: OnPerformanceEvent;
}

/** The thresholds of an application by metric, one each. */
export class Thresholds {
  readonly #parts: ThresholdsParts;
  readonly #thresholds = new Map<string, { readonly threshold: Threshold; readonly breaches: Counter }>();
  #isStopped = false;

  constructor(parts: ThresholdsParts) {
    this.#parts = parts;
  }

  /** Takes the place of the metric's threshold, if it has one. */
  set(metric: string, options: ResolvedThreshold): void {
    const { metrics } = this.#parts;
    const labels = { metric };
    metrics.gauge(
      { name: 'envol_performance_threshold_breached', help: 'Whether a metric is over its threshold (1) or not (0)' },
      () => (this.#thresholds.get(metric)?.threshold.isBreached === true ? 1 : 0),
      labels,
    );
    const breaches = metrics.counter(
      { name: 'envol_performance_threshold_breaches_total', help: 'Measurements over the threshold of their metric' },
      labels,
    );
    const threshold = new Threshold(metric, options, this.#parts);
    if (this.#isStopped) threshold.stop();
    const earlier = this.#thresholds.get(metric);
    this.#thresholds.set(metric, { threshold, breaches });
    earlier?.threshold.withdraw();
  }

  /** @returns whether there was one */
  remove(metric: string): boolean {
    const earlier = this.#thresholds.get(metric);
    this.#thresholds.delete(metric);
    earlier?.threshold.withdraw();
    return earlier !== undefined;
  }

  observe(metric: string, seconds: number, origin: MeasurementOrigin = {}): void {
    const entry = this.#thresholds.get(metric);
    if (entry?.threshold.observe(seconds, origin) === true) entry.breaches.add();
  }

  /** For the end of life: cancels timers, and no handler is called any more. */
  stop(): void {
    this.#isStopped = true;
    for (const { threshold } of this.#thresholds.values()) threshold.stop();
  }
}
