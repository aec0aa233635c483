import type { MetricLabels } from '@envol/common';
import { BoundedMap, OVERFLOW } from './bounded-map.js';

/** One series: its labels and what holds its value. */
export interface Series<T> {
  readonly labels: MetricLabels;
  readonly instrument: T;
}

/** Settings of a {@link SeriesFamily}. */
export interface SeriesFamilyOptions<T> {
  readonly labelNames: readonly string[];
  readonly limit: number;
  readonly create: () => T;
  /** Called once, when the limit is reached, with the label that has most different values. */
  readonly onOverflow: (label: string) => void;
}

/** All series of one metric, at most `limit` of them and one for the rest. */
export class SeriesFamily<T> {
  readonly labelNames: readonly string[];
  readonly #create: () => T;
  readonly #series: BoundedMap<Series<T>>;

  constructor({ labelNames, limit, create, onOverflow }: SeriesFamilyOptions<T>) {
    this.labelNames = labelNames;
    this.#create = create;
    this.#series = new BoundedMap(limit, () => onOverflow(this.#mostVaried()));
  }

  /** The instrument of these label values, given in the order of `labelNames`; over the limit, the one that the rest shares. */
  at(values: readonly string[]): T {
    return this.find(values) ?? this.#series.overflow(() => this.#make(values.map(() => OVERFLOW))).instrument;
  }

  /** The instrument of these label values; `undefined` over the limit. */
  find(values: readonly string[]): T | undefined {
    return this.#series.find(JSON.stringify(values), () => this.#make(values))?.instrument;
  }

  all(): Iterable<Series<T>> {
    return this.#series.values();
  }

  #make(values: readonly string[]): Series<T> {
    const labels = Object.fromEntries(this.labelNames.map((name, index) => [name, values[index] ?? '']));
    return { labels, instrument: this.#create() };
  }

  #mostVaried(): string {
    const series = [...this.all()];
    const varieties = this.labelNames.map((name) => ({
      name,
      values: new Set(series.map(({ labels }) => labels[name])).size,
    }));
    return varieties.reduce((most, next) => (next.values > most.values ? next : most)).name;
  }
}
