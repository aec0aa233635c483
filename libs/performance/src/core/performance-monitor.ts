import type { Clock } from '@envol/common';
import { BoundedMap, OVERFLOW } from './bounded-map.js';
import { DurationStats, type DurationSummary, type Outcome } from './duration-stats.js';
import { MeasuredKey } from './measured-key.js';
import type { MetricRegistry } from './metric-registry.js';
import type { OnPerformanceEvent } from './performance-events.js';
import { settled } from './settled.js';
import { resolveThreshold, type ThresholdOptions } from './threshold-options.js';
import type { ThresholdHandler } from './threshold.js';
import { Thresholds } from './thresholds.js';

/** What a {@link PerformanceMonitor} needs from its surroundings. */
export interface PerformanceMonitorParts {
  readonly metrics: MetricRegistry;
  readonly clock: Clock;
  readonly onEvent: OnPerformanceEvent;
  readonly maxSeries: number;
}

/** One request or message that was served. */
export interface Served {
  readonly kind: 'http' | 'rpc';
  /** Method and route template, or pattern. */
  readonly route: string;
  readonly seconds: number;
  readonly outcome: Outcome;
  readonly requestId: string | undefined;
}

interface ServedRoute {
  readonly key: string;
  readonly stats: DurationStats;
}

const METRIC = 'envol_performance_measure_seconds';

/**
 * Measures functions, and acts when something takes too long. What the HTTP server and message handlers do is kept
 * here too: under `http` and `rpc` as a whole, and by route (`http GET /cities/:id`) and pattern (`rpc cities.find`).
 */
export class PerformanceMonitor {
  readonly #clock: Clock;
  readonly #thresholds: Thresholds;
  readonly #keys: BoundedMap<MeasuredKey>;
  readonly #makeKey: (key: string) => MeasuredKey;
  readonly #served: Readonly<Record<Served['kind'], BoundedMap<ServedRoute>>>;

  constructor({ metrics, clock, onEvent, maxSeries }: PerformanceMonitorParts) {
    this.#clock = clock;
    this.#thresholds = new Thresholds({ metrics, clock, onEvent });
    const help = 'Time that measured functions took, by how they ended';
    const family = metrics.histogramFamily({ name: METRIC, help }, ['key', 'outcome']);
    this.#makeKey = (key) => new MeasuredKey(key, (outcome) => family.at([key, outcome]));
    // A key has two series, and so has what is over the limit.
    const limit = Math.floor(maxSeries / 2) - 1;
    this.#keys = new BoundedMap(limit, () => onEvent({ type: 'series-overflow', metric: METRIC, label: 'key', limit }));
    this.#served = { http: new BoundedMap(maxSeries), rpc: new BoundedMap(maxSeries) };
  }

  /**
   * Runs `fn` and keeps how long it took. Returns what `fn` returns: a value at once, a promise when there is one
   * (of a thenable too). What it throws or rejects with is measured as an error, and passed on.
   *
   * @param key names what is measured, out of a small set: no ids
   */
  measure<T>(key: string, fn: () => PromiseLike<T>): Promise<T>;
  measure<T>(key: string, fn: () => T): T;
  measure(key: string, fn: () => unknown): unknown {
    const end = this.startTimer(key);
    let result: unknown;
    try {
      result = fn();
    } catch (error) {
      end('error');
      throw error;
    }
    return settled(result, end);
  }

  /** Starts to measure what is no function. The first call of what it returns ends it (`ok` unless told), later ones do nothing. */
  startTimer(key: string): (outcome?: Outcome) => void {
    const start = this.#clock.monotonic();
    let isRunning = true;
    return (outcome = 'ok') => {
      if (!isRunning) return;
      isRunning = false;
      const seconds = (this.#clock.monotonic() - start) / 1_000;
      this.#key(key).record(seconds, outcome);
      this.#thresholds.observe(key, seconds);
    };
  }

  /**
   * Acts when `metric` takes longer than `seconds` too often: calls the handler, or writes a warning to the log. Takes
   * the place of the metric's earlier threshold: if that is breached, its `recovered` is called.
   *
   * @param metric a key as `metrics()` has them: a measured key, `http`, `http GET /cities/:id`, `rpc`, `rpc cities.find`
   * @throws EnvolError `ENVOL_PERFORMANCE_INVALID_OPTIONS`
   */
  setThreshold(metric: string, seconds: number, action?: ThresholdHandler | ThresholdOptions): void {
    this.#thresholds.set(metric, resolveThreshold(metric, seconds, action));
  }

  /** Takes the metric's threshold away; if it is breached, its `recovered` is called. @returns whether there was one */
  removeThreshold(metric: string): boolean {
    return this.#thresholds.remove(metric);
  }

  /** What was measured since the start or the last {@link reset}, by key. */
  metrics(): Readonly<Record<string, DurationSummary>> {
    const all = [...this.#keys.values(), ...this.#served.http.values(), ...this.#served.rpc.values()];
    return Object.fromEntries(all.map(({ key, stats }) => [key, stats.summary()]));
  }

  /** Begins {@link metrics} anew. What Prometheus gets is not touched: its counters must only grow. */
  reset(): void {
    this.#keys.clear();
    this.#served.http.clear();
    this.#served.rpc.clear();
  }

  /** Takes note of a request or message. @internal */
  served({ kind, route, seconds, outcome, requestId }: Served): void {
    const key = `${kind} ${route}`;
    this.#statsOf(kind, kind).record(seconds, outcome);
    this.#statsOf(kind, key).record(seconds, outcome);
    const origin = { route, ...(requestId !== undefined && { requestId }) };
    this.#thresholds.observe(kind, seconds, origin);
    this.#thresholds.observe(key, seconds, origin);
  }

  /** For the end of life: thresholds act no more. @internal */
  stop(): void {
    this.#thresholds.stop();
  }

  #key(key: string): MeasuredKey {
    return this.#keys.find(key, () => this.#makeKey(key)) ?? this.#keys.overflow(() => this.#makeKey(OVERFLOW));
  }

  #statsOf(kind: Served['kind'], key: string): DurationStats {
    const routes = this.#served[kind];
    const route = routes.find(key, () => servedRoute(key)) ?? routes.overflow(() => servedRoute(`${kind} ${OVERFLOW}`));
    return route.stats;
  }
}

function servedRoute(key: string): ServedRoute {
  return { key, stats: new DurationStats() };
}
