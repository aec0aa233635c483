import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@envol/common';
import type { Registry } from 'prom-client';

/** What a {@link PrometheusExporter} needs. */
export interface PrometheusExporterParts {
  readonly registry: Registry;
  readonly clock: Clock;
  /** How long a text is good for, in milliseconds. */
  readonly cacheFor: number;
}

/**
 * Writes all metrics of an application in Prometheus' text format. It depends on nothing of Nest: another application
 * of the process may be given it by value.
 */
export class PrometheusExporter {
  /** prom-client's registry with everything that is exported; what you make with prom-client can be registered here. */
  readonly registry: Registry;
  readonly #clock: Clock;
  readonly #cacheFor: number;
  #latest: { readonly text: Promise<string>; goodUntil: number } | undefined;

  constructor({ registry, clock, cacheFor }: PrometheusExporterParts) {
    this.registry = registry;
    this.#clock = clock;
    this.#cacheFor = cacheFor;
  }

  /** The Content-Type of {@link text}. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** The text of a scrape. Scrapes at the same time, and within `cacheFor` of one another, share one. */
  text(): Promise<string> {
    if (this.#latest !== undefined && this.#clock.monotonic() < this.#latest.goodUntil) return this.#latest.text;
    const latest = { text: this.#collect(), goodUntil: Infinity };
    this.#latest = latest;
    const finish = (goodUntil: number) => {
      latest.goodUntil = goodUntil;
    };
    latest.text.then(
      () => finish(this.#clock.monotonic() + this.#cacheFor),
      () => finish(-Infinity),
    );
    return latest.text;
  }

  /** One metric after the other, with a turn of the event loop in between: many series must not hold up requests. */
  async #collect(): Promise<string> {
    const texts: string[] = [];
    for (const { name } of this.registry.getMetricsAsArray()) {
      texts.push(await this.registry.getSingleMetricAsString(name));
      await setImmediate();
    }
    return `${texts.join('\n\n')}\n`;
  }
}
