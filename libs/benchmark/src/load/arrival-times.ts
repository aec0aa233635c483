import type { Random } from '@envol/common/core';
import { requestsIn, type Stage } from './stages.js';

/**
 * How requests are spread: evenly, or as those of many independent users are (Poisson: the gaps are exponentially
 * distributed, so that some come in clusters).
 */
export type Arrivals = 'constant' | 'poisson';

/**
 * When requests are due, in milliseconds from the start of the first stage, in order. The integral of the rate says
 * how many are due until a time; the times are those at which it reaches the next whole number (constant), or has grown
 * by a random amount of mean 1 (a Poisson process by time rescaling, in ramps too).
 */
export function* arrivalTimes(stages: readonly Stage[], arrivals: Arrivals, random: Random): Generator<number, void> {
  const gap = arrivals === 'poisson' ? () => -Math.log(1 - random()) : () => 1;
  let next = arrivals === 'poisson' ? gap() : 0;
  let start = 0;
  for (const stage of stages) {
    const end = requestsIn(stage);
    for (; next < end; next += gap()) yield start + timeOf(next, stage);
    next -= end;
    start += stage.duration;
  }
}

/** When so many requests have fallen into the stage: solves `count = from * t + slope * t² / 2`. */
function timeOf(count: number, { duration, from, to }: Stage): number {
  if (count === 0) return 0;
  const slope = ((to - from) * 1_000) / duration;
  const rate = Math.sqrt(Math.max(0, from ** 2 + 2 * slope * count));
  return (2_000 * count) / (from + rate);
}
