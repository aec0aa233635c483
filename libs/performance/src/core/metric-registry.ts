import type { Counter, Histogram, MetricLabels, MetricsSink } from '@envol/common';
import { Registry } from 'prom-client';
import { boundsFor } from './bucket-bounds.js';
import { BucketHistogram, CounterCell, type GaugeCell } from './instruments.js';
import { checkDefinition, invalidMetric, type AnyMetricDefinition, type MetricKind } from './metric-definition.js';
import type { OnPerformanceEvent } from './performance-events.js';
import type { ResolvedPerformanceOptions } from './performance-options.js';
import { ScrapedHistogram, scrapedCounter, scrapedGauge } from './scraped-metrics.js';
import { SeriesFamily } from './series-family.js';

/**
 * The {@link MetricsSink} of an application: cheap instruments of our own, of which a prom-client registry, also of its
 * own, reads the values at a scrape.
 *
 * Who asks twice for a series gets the same counter or histogram. Of two gauges of one series the later is read, so a
 * part that is built anew takes the place of its predecessor.
 */
export class MetricRegistry implements MetricsSink {
  /** The registry of prom-client; metrics made with prom-client may be registered here as well. */
  readonly registry = new Registry();
  readonly #maxSeries: number;
  readonly #bounds: ReadonlyMap<string, readonly number[]>;
  readonly #onEvent: OnPerformanceEvent;
  readonly #counters = new Map<string, SeriesFamily<CounterCell>>();
  readonly #gauges = new Map<string, SeriesFamily<GaugeCell>>();
  readonly #histograms = new Map<string, SeriesFamily<BucketHistogram>>();

  constructor(
    { maxSeries, buckets }: Pick<ResolvedPerformanceOptions, 'maxSeries' | 'buckets'>,
    onEvent: OnPerformanceEvent,
  ) {
    this.#maxSeries = maxSeries;
    this.#bounds = new Map(Object.entries(buckets));
    this.#onEvent = onEvent;
  }

  /** @throws EnvolError `ENVOL_PERFORMANCE_INVALID_METRIC` */
  counter(definition: AnyMetricDefinition, labels: MetricLabels = {}): Counter {
    const family = this.#counterFamily(definition, Object.keys(labels));
    return family.at(valuesOf(labels, family.labelNames));
  }

  /** @throws EnvolError `ENVOL_PERFORMANCE_INVALID_METRIC` */
  histogram(definition: AnyMetricDefinition, labels: MetricLabels = {}): Histogram {
    const family = this.histogramFamily(definition, Object.keys(labels));
    return family.at(valuesOf(labels, family.labelNames));
  }

  /** Over the limit of series a gauge is not read: values of different things have no sum. @throws EnvolError `ENVOL_PERFORMANCE_INVALID_METRIC` */
  gauge(definition: AnyMetricDefinition, read: () => number, labels: MetricLabels = {}): void {
    const family = this.#gaugeFamily(definition, Object.keys(labels));
    const cell = family.find(valuesOf(labels, family.labelNames));
    if (cell !== undefined) cell.read = read;
  }

  /** All histograms of one name, for who knows the label values only when it records. */
  histogramFamily(definition: AnyMetricDefinition, labelNames: readonly string[]): SeriesFamily<BucketHistogram> {
    const existing = this.#existing(this.#histograms, definition, labelNames);
    if (existing !== undefined) return existing;
    const bounds = this.#bounds.get(definition.name) ?? boundsFor(definition.name);
    const family = this.#family('histogram', definition, labelNames, () => new BucketHistogram(bounds));
    this.registry.registerMetric(new ScrapedHistogram(definition, family));
    this.#histograms.set(definition.name, family);
    return family;
  }

  #counterFamily(definition: AnyMetricDefinition, labelNames: readonly string[]): SeriesFamily<CounterCell> {
    const existing = this.#existing(this.#counters, definition, labelNames);
    if (existing !== undefined) return existing;
    const family = this.#family('counter', definition, labelNames, () => new CounterCell());
    this.registry.registerMetric(scrapedCounter(definition, family));
    this.#counters.set(definition.name, family);
    return family;
  }

  #gaugeFamily(definition: AnyMetricDefinition, labelNames: readonly string[]): SeriesFamily<GaugeCell> {
    const existing = this.#existing(this.#gauges, definition, labelNames);
    if (existing !== undefined) return existing;
    const family = this.#family('gauge', definition, labelNames, (): GaugeCell => ({ read: () => NaN }));
    this.registry.registerMetric(scrapedGauge(definition, family, this.#gaugeFailures(definition.name)));
    this.#gauges.set(definition.name, family);
    return family;
  }

  #existing<T>(
    families: ReadonlyMap<string, SeriesFamily<T>>,
    { name }: AnyMetricDefinition,
    labelNames: readonly string[],
  ): SeriesFamily<T> | undefined {
    const family = families.get(name);
    if (family === undefined) return undefined;
    const isSame =
      family.labelNames.length === labelNames.length && labelNames.every((label) => family.labelNames.includes(label));
    if (isSame) return family;
    throw invalidMetric(name, `it has the labels [${family.labelNames.join()}], and not [${labelNames.join()}]`);
  }

  #family<T>(
    kind: MetricKind,
    definition: AnyMetricDefinition,
    labelNames: readonly string[],
    create: () => T,
  ): SeriesFamily<T> {
    const { name } = definition;
    checkDefinition(kind, definition, labelNames);
    if (this.registry.getSingleMetric(name) !== undefined) throw invalidMetric(name, `there is one that is no ${kind}`);
    const limit = this.#maxSeries;
    const onOverflow = (label: string) => this.#onEvent({ type: 'series-overflow', metric: name, label, limit });
    return new SeriesFamily({ labelNames, limit, create, onOverflow });
  }

  /** Tells of the first failure of a gauge, not of the same at every scrape. */
  #gaugeFailures(metric: string): (cause: unknown) => void {
    let isTold = false;
    return (cause) => {
      if (!isTold) this.#onEvent({ type: 'metric-failed', metric, cause });
      isTold = true;
    };
  }
}

function valuesOf(labels: MetricLabels, names: readonly string[]): string[] {
  return names.map((name) => labels[name] ?? '');
}
