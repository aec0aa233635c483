import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { Histogram } from '@envol/common';

const KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** Records how long garbage collections take, by their kind. */
export class GcDurations {
  readonly #secondsOf: (kind: string) => Histogram;
  #observer: PerformanceObserver | undefined;

  constructor(secondsOf: (kind: string) => Histogram) {
    this.#secondsOf = secondsOf;
  }

  start(): void {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#secondsOf(kindOf(entry)).record(entry.duration / 1_000);
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.#observer?.disconnect();
  }
}

function kindOf(entry: object): string {
  const detail: unknown = Reflect.get(entry, 'detail');
  const kind: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'kind') : undefined;
  return (typeof kind === 'number' ? KINDS.get(kind) : undefined) ?? 'other';
}
