import { ManualClock, RecordingMetrics } from '@envol/common/testing';
import { GarbageCollector } from '../src/core/garbage-collector.js';
import type { Collection } from '../src/core/gc-events.js';
import { MemoryMonitor } from '../src/core/memory-monitor.js';
import { resolveMemoryOptions, type MemoryModuleOptions } from '../src/core/memory-options.js';
import type { MemoryEvent } from '../src/core/memory-report.js';
import type { ProcessMemory, ProcessReadings } from '../src/core/process-memory.js';

/** A process of which a test says how much memory it has, and of what garbage there is; its heap can hold 1,000. */
export class FakeProcess implements ProcessMemory {
  readonly heapLimit = 1_000;
  readonly heapSizeLimit = 1_100;
  readonly containerMemory = 10_000;
  readonly isContained = true;
  readonly clock = new ManualClock();
  readonly metrics = new RecordingMetrics();
  readonly events: MemoryEvent[] = [];
  live = 0;
  garbage = 0;
  forcedCollections = 0;
  /** How often it was read with nothing taken from an earlier reading. */
  freshReads = 0;
  #tell: ((collections: readonly Collection[]) => void) | undefined;

  read(fresh = false): ProcessReadings {
    if (fresh) this.freshReads += 1;
    return { heapUsed: this.live + this.garbage, external: 0, arrayBuffers: 0, rss: 0 };
  }

  /** Whether somebody listens to collections. */
  get isObserved(): boolean {
    return this.#tell !== undefined;
  }

  /** V8 collects by itself. */
  collect(): void {
    this.garbage = 0;
    this.#tell?.([{ kind: 'major', at: this.clock.monotonic() + 0.5 }]);
  }

  monitor(options: MemoryModuleOptions = {}): MemoryMonitor {
    const resolved = resolveMemoryOptions(options);
    const gc = (kind?: object): void => {
      if (kind !== undefined) return;
      this.garbage = 0;
      this.forcedCollections += 1;
    };
    return new MemoryMonitor(resolved, {
      clock: this.clock,
      metrics: this.metrics,
      memory: this,
      collector: new GarbageCollector(resolved.gc.enabled ? gc : undefined, resolved.gc.minInterval, this.clock),
      collections: (listener) => {
        this.#tell = listener;
        return () => (this.#tell = undefined);
      },
      onEvent: (event) => void this.events.push(event),
    });
  }

  /** A cache of which so many bytes live on the heap. */
  cache(name: string, bytes: number) {
    this.live += bytes;
    const cache = {
      name,
      bytes,
      fractions: [] as number[],
      reclaim: (fraction: number): void | Promise<void> => {
        const freed = Math.round(cache.bytes * fraction);
        cache.fractions.push(fraction);
        cache.bytes -= freed;
        this.live -= freed;
        this.garbage += freed;
      },
    };
    return cache;
  }
}
