import type { LimitBytes } from './memory-limit.js';
import type { MemoryLevel } from './memory-level.js';

/** By key: a figure of the process (`heapUsed`, `external`, `arrayBuffers`, `rss`) or the name of a reclaimable. */
export type ByKey<T> = Readonly<Record<string, T>>;

/** What `MemoryMonitor.monitor()` says, each key beside its own limit. Bytes. */
export interface MemoryReport {
  /** The last reading, garbage included. */
  readonly current: ByKey<number>;
  /** The highest reading since the start. */
  readonly peak: ByKey<number>;
  readonly limits: ByKey<LimitBytes>;
  readonly level: ByKey<MemoryLevel>;
}

/** A change of the level of the process. */
export interface MemoryPressure {
  readonly level: MemoryLevel;
  readonly previous: MemoryLevel;
  /** The keys that are at this level; none when it is normal. */
  readonly keys: readonly string[];
  /** The last readings in bytes. */
  readonly current: ByKey<number>;
  readonly limits: ByKey<LimitBytes>;
}

/** One key in full. Bytes. */
export interface KeyDescription {
  readonly current: number;
  readonly peak: number;
  /** What is compared with the limits: what surely is no garbage. Absent until the first full collection has shown it. */
  readonly retained?: number;
  readonly limit?: LimitBytes;
  readonly level: MemoryLevel;
}

/** What `MemoryMonitor.describe()` says. Bytes and milliseconds. */
export interface MemoryDescription {
  readonly level: MemoryLevel;
  /** What can live on the V8 heap; shares of `heapUsed` and of reclaimables are of this. */
  readonly heapLimit: number;
  /** What the container may use, or the machine has; shares of the other keys are of this. */
  readonly containerMemory: number;
  readonly keys: ByKey<KeyDescription>;
  /** Names of what can be reclaimed. */
  readonly reclaimables: readonly string[];
  /** Forced collections. */
  readonly gc: { readonly isAvailable: boolean; readonly forced: number; readonly lastDuration?: number };
}

/** What happened in a monitor, for a log. */
export type MemoryEvent =
  | { readonly type: 'level'; readonly pressure: MemoryPressure }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'reclaim-failed'; readonly name: string; readonly cause: unknown }
  | { readonly type: 'listener-failed'; readonly cause: unknown };
