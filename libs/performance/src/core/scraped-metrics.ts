import { Counter, Gauge, Histogram } from 'prom-client';
import type { AnyMetricDefinition } from './metric-definition.js';
import type { BucketHistogram, CounterCell, GaugeCell } from './instruments.js';
import type { SeriesFamily } from './series-family.js';

/** A metric of prom-client that takes its values from our counters when it is collected. */
export function scrapedCounter({ name, help }: AnyMetricDefinition, family: SeriesFamily<CounterCell>): Counter {
  return new Counter({
    name,
    help,
    labelNames: family.labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { labels, instrument } of family.all()) this.inc({ ...labels }, instrument.value);
    },
  });
}

/** A metric of prom-client that reads our gauges when it is collected; one that throws is left out and told to `onError`. */
export function scrapedGauge(
  { name, help }: AnyMetricDefinition,
  family: SeriesFamily<GaugeCell>,
  onError: (cause: unknown) => void,
): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: family.labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { labels, instrument } of family.all()) {
        try {
          this.set({ ...labels }, instrument.read());
        } catch (cause) {
          onError(cause);
        }
      }
    },
  });
}

/** A histogram of prom-client whose values are those of our own buckets: prom-client has no way to set them. */
export class ScrapedHistogram extends Histogram {
  readonly #name: string;
  readonly #family: SeriesFamily<BucketHistogram>;
  /** Name, help and type, the way prom-client writes them. */
  readonly #head: ReturnType<Histogram['get']>;

  constructor({ name, help }: AnyMetricDefinition, family: SeriesFamily<BucketHistogram>) {
    super({ name, help, labelNames: family.labelNames, registers: [] });
    this.#name = name;
    this.#family = family;
    this.#head = new Histogram({ name, help, registers: [] }).get();
  }

  override async get() {
    const { values, ...head } = await this.getForPromString();
    return {
      ...head,
      values: values.map(({ metricName, labels, sharedLabels, value }) => {
        return { metricName, labels: { ...sharedLabels, ...labels }, value };
      }),
    };
  }

  /**
   * What the registry calls for its text, where a metric has it. `sharedLabels` is how prom-client's own histograms keep
   * it from writing the labels of a series anew for every bucket.
   */
  async getForPromString() {
    return { ...(await this.#head), values: [...this.#values()] };
  }

  *#values() {
    const name = this.#name;
    for (const { labels: sharedLabels, instrument } of this.#family.all()) {
      const cumulative = instrument.cumulative();
      const count = cumulative.at(-1) ?? 0;
      for (const [index, bound] of instrument.bounds.entries()) {
        const value = cumulative[index] ?? 0;
        yield { metricName: `${name}_bucket`, labels: { le: bound }, sharedLabels, value };
      }
      yield { metricName: `${name}_bucket`, labels: { le: '+Inf' }, sharedLabels, value: count };
      yield { metricName: `${name}_sum`, labels: {}, sharedLabels, value: instrument.sum };
      yield { metricName: `${name}_count`, labels: {}, sharedLabels, value: count };
    }
  }
}
