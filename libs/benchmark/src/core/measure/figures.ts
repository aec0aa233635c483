import { median } from '../statistics/quantile.js';
import type { Times } from './process-times.js';
import type { Round } from './rounds.js';

/** Calls in the batches of {@link Round}s. */
export interface BatchCounts {
  readonly subject: number;
  readonly empty: number;
}

/** What the shortest thing is that one can tell from an empty loop: a share of a turn of it, about a cycle or two. */
const NEGLIGIBLE = 0.5;
/** Ticks of the timer that a batch has to take beyond the empty loop. */
const TICKS = 2;

/**
 * Times of one call without the loop, out of rounds; `undefined` when even the fastest batch is not to be told from the
 * empty loop.
 *
 * The wall time is the median of the batches. What the collection after a batch takes longer than one that has nothing
 * to do belongs to the batch, since it pays for its garbage. Noise only ever adds to a time, so the loop itself takes
 * what the fastest empty batch took. CPU time is counted as a whole, since systems count it in coarse steps.
 */
export function figuresOf(rounds: readonly Round[], counts: BatchCounts, resolution: number): Times | undefined {
  const loop = Math.min(...rounds.map(({ emptyBatch }) => emptyBatch.wall)) / counts.empty;
  const fastest = Math.min(...rounds.map(({ batch }) => batch.wall)) / counts.subject;
  if (fastest - loop <= Math.max(NEGLIGIBLE * loop, (TICKS * resolution) / counts.subject)) return undefined;
  const wall = middle(rounds, 'batch') + Math.max(0, middle(rounds, 'garbage') - middle(rounds, 'noGarbage'));
  const cpu = rounds.reduce((sum, { batch, garbage, noGarbage }) => sum + batch.cpu + garbage.cpu - noGarbage.cpu, 0);
  return {
    wall: wall / counts.subject - loop,
    cpu: Math.max(0, cpu / rounds.length / counts.subject - loop),
  };
}

function middle(rounds: readonly Round[], part: keyof Round): number {
  return median(rounds.map((round) => round[part].wall));
}
