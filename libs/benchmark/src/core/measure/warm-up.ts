import { median } from '../statistics/quantile.js';
import type { ProcessTimes } from './process-times.js';
import type { Workload } from './workload.js';

/** How {@link warmUp} goes about it; in nanoseconds. */
export interface WarmUpOptions {
  /** When it ends at the latest, after the batch under way. */
  readonly limit: number;
  /** About how long a batch takes. */
  readonly batch: number;
}

/** A function that V8 has optimised, as far as it does. */
export interface Warm {
  /** Nanoseconds that a call takes, the loop included. */
  readonly perCall: number;
  /** By what share the last two windows of batches differ. */
  readonly drift: number;
}

/** Batches whose median is compared with that of as many before. */
const WINDOW = 10;
const STABLE = 0.03;
/** It goes on for so much of its limit even when it looks stable: V8 optimises in steps, with rests between them. */
const LEAST = 0.25;
/** A batch has at most so many times the calls of the one before: a function may take longer at times. */
const GROWTH = 10;

/** Calls in a batch that takes about `time`. */
export function callsWithin(time: number, perCall: number): number {
  return Math.max(1, Math.ceil(time / perCall));
}

/** Calls the function until the medians of two windows of batches are about the same, or the time is up. */
export async function warmUp(
  workload: Workload,
  { limit, batch }: WarmUpOptions,
  { wall }: ProcessTimes,
): Promise<Warm> {
  const start = wall();
  const isOver = (share: number): boolean => wall() - start >= limit * share;
  let { count, perCall } = await firstBatch(workload, batch);
  let drift = Infinity;
  while (!isOver(1) && !(drift <= STABLE && isOver(LEAST))) {
    const window: number[] = [];
    while (window.length < WINDOW && (window.length === 0 || !isOver(1))) {
      const { wall: time } = await workload.run(count);
      window.push(time / count);
      count = Math.min(count * GROWTH, callsWithin(batch, time / count));
    }
    const before = perCall;
    perCall = median(window);
    drift = Math.abs(perCall / before - 1);
  }
  return { perCall, drift };
}

/** The first batch that takes long enough. */
async function firstBatch(workload: Workload, batch: number): Promise<{ count: number; perCall: number }> {
  for (let count = 1; ; count *= GROWTH) {
    const { wall } = await workload.run(count);
    if (wall >= batch) return { count, perCall: wall / count };
  }
}
