import type { MetricDefinition, MetricLabels, MetricsSink } from '../core/metrics.js';

/** Keeps what was sent, so that a test can ask for it. */
export class RecordingMetrics implements MetricsSink {
  readonly #counts = new Map<string, number>();
  readonly #recorded = new Map<string, number[]>();
  readonly #gauges = new Map<string, () => number>();

  counter(definition: MetricDefinition, labels?: MetricLabels) {
    const series = seriesName(definition.name, labels);
    this.#counts.set(series, this.#counts.get(series) ?? 0);
    return { add: (amount = 1) => void this.#counts.set(series, (this.#counts.get(series) ?? 0) + amount) };
  }

  histogram(definition: MetricDefinition, labels?: MetricLabels) {
    const values = this.#recorded.get(seriesName(definition.name, labels)) ?? [];
    this.#recorded.set(seriesName(definition.name, labels), values);
    return { record: (value: number) => void values.push(value) };
  }

  gauge(definition: MetricDefinition, read: () => number, labels?: MetricLabels): void {
    this.#gauges.set(seriesName(definition.name, labels), read);
  }

  /** What a counter or a gauge stands at; for a histogram how often it was recorded; `undefined` if nobody made it. */
  value(name: string, labels?: MetricLabels): number | undefined {
    const series = seriesName(name, labels);
    return this.#counts.get(series) ?? this.#gauges.get(series)?.() ?? this.#recorded.get(series)?.length;
  }

  /** Every series, as `name{label="value"}`. */
  get series(): readonly string[] {
    return [...this.#counts.keys(), ...this.#gauges.keys(), ...this.#recorded.keys()].toSorted();
  }
}

function seriesName(name: string, labels: MetricLabels = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.toSorted().join(',')}}`;
}
