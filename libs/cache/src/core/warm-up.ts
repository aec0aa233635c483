import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';

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

const warmUpOptionsSchema = optionsObject({
  concurrency: z.int().positive().default(8),
  ttl: duration().optional(),
});

/** Calls `fill` for every key, a bounded number at a time, and writes the report. `ttl` is in milliseconds. */
export async function runWarmUp(
  entries: WarmUpEntries,
  options: WarmUpOptions,
  fill: (key: string, generate: () => unknown, ttl: number | undefined) => Promise<'filled' | 'present'>,
): Promise<WarmUpReport> {
  const { concurrency, ttl } = resolveOptions({ lib: 'cache', what: 'warmUp() options' }, warmUpOptionsSchema, options);
  const report = { filled: new Set<string>(), present: new Set<string>() };
  const failed: { key: string; error: unknown }[] = [];
  const queue = Object.entries(entries).values();
  const work = async (): Promise<void> => {
    for (const [key, generate] of queue) {
      try {
        report[await fill(key, generate, ttl)].add(key);
      } catch (error) {
        failed.push({ key, error });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { filled: [...report.filled], present: [...report.present], failed };
}
