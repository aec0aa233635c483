import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';

/** A garbage collection that is over. */
export interface Collection {
  /** `minor` is the young generation only; `full` has also settled what is counted off the heap. */
  readonly kind: 'minor' | 'major' | 'full';
  /** When it ended, on the clock's monotonic time. */
  readonly at: number;
}

/** Tells of garbage collections, some time after they have ended. Returns what stops it. */
export type CollectionSource = (listener: (collections: readonly Collection[]) => void) => () => void;

/**
 * The collections of this process. V8 collects as often as the program allocates, so a monitor that listens keeps up
 * with a fast program, where a timer would come too late. Does not keep the process alive.
 */
export const observeCollections: CollectionSource = (listener) => {
  const observer = new PerformanceObserver((list) => {
    const collections = list.getEntries().flatMap(toCollection);
    if (collections.length > 0) listener(collections);
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
};

function toCollection(entry: PerformanceEntry): Collection[] {
  const detail: unknown = Reflect.get(entry, 'detail');
  const kind: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'kind') : undefined;
  const at = entry.startTime + entry.duration;
  if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) return [{ kind: 'major', at }];
  return kind === constants.NODE_PERFORMANCE_GC_MINOR ? [{ kind: 'minor', at }] : [];
}
