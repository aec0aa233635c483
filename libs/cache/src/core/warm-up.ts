import type { Duration } from '@envol/common';

/** Options of `Cache.warmUp`. */
export interface WarmUpOptions {
  /** How many generators run at a time. Default 8. */
  readonly concurrency?: number;
  /** TTL of what is filled in; default: the cache's. */
  readonly ttl?: Duration;
}

/** Keys and how to make their values. */
export type WarmUpEntries = Readonly<Record<string, () => unknown>>;

/** What became of a warm-up: every key is in one of the three lists. */
export interface WarmUpReport {
  readonly filled: readonly string[];
  /** Already there. */
  readonly present: readonly string[];
  readonly failed: readonly { readonly key: string; readonly error: unknown }[];
}

/** Calls `visit` for every item, `concurrency` at a time. */
export async function forEachBounded<T>(
  items: readonly T[],
  concurrency: number,
  visit: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await visit(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
