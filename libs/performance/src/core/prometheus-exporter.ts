import { setImmediate } from 'node:timers/promises';
import { EnvolError, withTimeout, type Clock } from '@envol/common';
import type { Registry } from 'prom-client';
import type { OnPerformanceEvent } from './performance-events.js';

/** What a {@link PrometheusExporter} needs. */
export interface PrometheusExporterParts {
  readonly registry: Registry;
  readonly clock: Clock;
  /** How long a text is good for, in milliseconds. */
  readonly cacheFor: number;
  /** How long to wait for one metric, in milliseconds. */
  readonly collectTimeout: number;
  readonly onEvent: OnPerformanceEvent;
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
  readonly #collectTimeout: number;
  readonly #onEvent: OnPerformanceEvent;
  /** Metrics that were left out of the latest text. */
  readonly #failing = new Set<string>();
  #latest: { readonly text: Promise<string>; goodUntil: number } | undefined;

  constructor({ registry, clock, cacheFor, collectTimeout, onEvent }: PrometheusExporterParts) {
    this.registry = registry;
    this.#clock = clock;
    this.#cacheFor = cacheFor;
    this.#collectTimeout = collectTimeout;
    this.#onEvent = onEvent;
  }

  /** The Content-Type of {@link text}. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /**
   * The text of a scrape. Scrapes at the same time, and within `cacheFor` of one another, share one. A metric whose
   * `collect` fails, or takes longer than `collectTimeout`, is left out; the next scrape tries it again.
   */
  text(): Promise<string> {
    if (this.#latest !== undefined && this.#clock.monotonic() < this.#latest.goodUntil) return this.#latest.text;
    const latest = { text: this.#collect(), goodUntil: Infinity };
    this.#latest = latest;
    const finish = () => {
      latest.goodUntil = this.#clock.monotonic() + this.#cacheFor;
    };
    latest.text.then(finish, finish);
    return latest.text;
  }

  /**
   * A turn of the event loop for each metric: many series must not hold up requests. Those that take longer are waited
   * for together, so that several that hang take no more time than one.
   */
  async #collect(): Promise<string> {
    const texts: Promise<string | undefined>[] = [];
    for (const { name } of this.registry.getMetricsAsArray()) {
      texts.push(this.#textOf(name));
      await setImmediate();
    }
    const collected = await Promise.all(texts);
    return `${collected.filter((text) => text !== undefined).join('\n\n')}\n`;
  }

  /** Tells of a metric that fails once, until it works again. */
  async #textOf(metric: string): Promise<string | undefined> {
    try {
      const work = this.registry.getSingleMetricAsString(metric);
      const text = await withTimeout(work, this.#collectTimeout, this.#clock, () => this.#tooSlow(metric));
      this.#failing.delete(metric);
      return text;
    } catch (cause) {
      if (!this.#failing.has(metric)) this.#onEvent({ type: 'metric-failed', metric, cause });
      this.#failing.add(metric);
      return undefined;
    }
  }

  #tooSlow(metric: string): EnvolError {
    return new EnvolError(
      'ENVOL_PERFORMANCE_COLLECT_TIMEOUT',
      `its collect() took longer than ${this.#collectTimeout} ms`,
      `Give what collect() of ${metric} waits for a timeout, or keep the value and only set it there.`,
    );
  }
}
