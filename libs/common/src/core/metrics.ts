/** Constant labels of one series. Values come from a small fixed set: never ids, keys or addresses of users. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Name and meaning of a metric, by the rules of Prometheus; those of Envol are `envol_<lib>_<what>_<unit>`, counters ending in `_total`. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
}

/** A number that only grows. */
export interface Counter {
  add(amount?: number): void;
}

/** A distribution, for example of durations in seconds. */
export interface Histogram {
  record(value: number): void;
}

/**
 * Where the libs send their metrics. Instruments are bound with their labels when a part is built, so that nothing
 * is looked up in the hot path. @envol/performance binds it to prom-client; without it {@link noMetrics} is used.
 */
export interface MetricsSink {
  counter(definition: MetricDefinition, labels?: MetricLabels): Counter;
  histogram(definition: MetricDefinition, labels?: MetricLabels): Histogram;
  /** A value that is read when metrics are collected. */
  gauge(definition: MetricDefinition, read: () => number, labels?: MetricLabels): void;
}

const nothing = (): void => undefined;

/** Takes everything and keeps nothing. */
export const noMetrics: MetricsSink = {
  counter: () => ({ add: nothing }),
  histogram: () => ({ record: nothing }),
  gauge: nothing,
};
