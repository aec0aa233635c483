import type { Counter, MetricsSink } from '@envol/common';
import { rankOf, type MemoryLevel } from './memory-level.js';
import { isProcessKey } from './process-memory.js';
import type { ReclaimOutcome } from './reclaimable-pool.js';

/** What the gauges read. */
export interface MemoryFigures {
  readonly heapLimit: number;
  level(): MemoryLevel;
  /** The last reading of a key. */
  current(key: string): number;
  /** A limit of a key in bytes; infinite where there is none. */
  limit(key: string, level: 'soft' | 'hard'): number;
}

interface SourceCounters {
  readonly reclaims: Counter;
  readonly bytes: Counter;
  readonly failures: Counter;
}

/** Names of reclaimables and of their limits become labels: a program that makes up names all the time must not make up series. */
const MAX_NAMES = 100;
const OTHER_SOURCES = '_other';

/** The instruments of a monitor. */
export class MemoryMetrics {
  readonly gcForced: Counter;
  readonly gcForcedSeconds: Counter;
  readonly #sink: MetricsSink;
  readonly #figures: MemoryFigures;
  readonly #sources = new Map<string, SourceCounters>();
  /** Levels that have a gauge, by key. */
  readonly #limits = new Map<string, Set<'soft' | 'hard'>>();

  constructor(sink: MetricsSink, figures: MemoryFigures) {
    this.#sink = sink;
    this.#figures = figures;
    const gauge = (name: `envol_memory_${string}`, help: string, read: () => number): void =>
      sink.gauge({ name, help }, read);
    gauge('envol_memory_heap_used_bytes', 'Used V8 heap, garbage included', () => figures.current('heapUsed'));
    gauge('envol_memory_heap_limit_bytes', 'What can live on the V8 heap', () => figures.heapLimit);
    gauge('envol_memory_rss_bytes', 'Resident set size of the process', () => figures.current('rss'));
    gauge('envol_memory_external_bytes', 'Memory off the heap that objects hold', () => figures.current('external'));
    gauge('envol_memory_array_buffers_bytes', 'Memory of array buffers', () => figures.current('arrayBuffers'));
    gauge('envol_memory_level', 'Level of memory pressure: 0 normal, 1 soft, 2 hard', () => rankOf(figures.level()));
    this.gcForced = sink.counter({ name: 'envol_memory_gc_forced_total', help: 'Forced garbage collections' });
    this.gcForcedSeconds = sink.counter({
      name: 'envol_memory_gc_forced_seconds_total',
      help: 'Time that forced garbage collections took',
    });
  }

  /** Binds the gauge of a limit, once; none for more names than so many. */
  watchLimit(key: string, level: 'soft' | 'hard'): void {
    if (!this.#limits.has(key) && this.#limits.size >= MAX_NAMES && !isProcessKey(key)) return;
    const levels = this.#limits.get(key) ?? new Set();
    if (levels.has(level)) return;
    this.#limits.set(key, levels.add(level));
    const definition = { name: 'envol_memory_limit_bytes', help: 'Limits by key and level' } as const;
    this.#sink.gauge(definition, () => this.#figures.limit(key, level), { key, level });
  }

  /** Binds the instruments of a reclaimable, once for each name. */
  watchSource(name: string): void {
    this.#countersOf(name);
  }

  reclaimed({ name, freed, error }: ReclaimOutcome): void {
    const { reclaims, bytes, failures } = this.#countersOf(name);
    reclaims.add();
    bytes.add(freed);
    if (error !== undefined) failures.add();
  }

  #countersOf(name: string): SourceCounters {
    const source = this.#sources.has(name) || this.#sources.size < MAX_NAMES ? name : OTHER_SOURCES;
    const existing = this.#sources.get(source);
    if (existing !== undefined) return existing;
    const counter = (metric: `envol_memory_${string}`, help: string): Counter =>
      this.#sink.counter({ name: metric, help }, { source });
    const counters = {
      reclaims: counter('envol_memory_reclaims_total', 'Times that a reclaimable was asked to give memory back'),
      bytes: counter('envol_memory_reclaimed_bytes_total', 'What reclaimables gave back'),
      failures: counter('envol_memory_reclaim_failures_total', 'Reclaims that failed or did not end in time'),
    };
    this.#sources.set(source, counters);
    if (source !== OTHER_SOURCES) {
      const definition = { name: 'envol_memory_reclaimable_bytes', help: 'What a reclaimable holds' } as const;
      this.#sink.gauge(definition, () => this.#figures.current(source), { source });
    }
    return counters;
  }
}
