import type { Gc } from './garbage-collector.js';
import type { ProcessTimes, Times } from './process-times.js';
import type { Workload } from './workload.js';

/** A function and how often a batch calls it. */
export interface Batches {
  readonly workload: Workload;
  readonly count: number;
}

/** How {@link measureRounds} goes about it. */
export interface RoundsOptions {
  /** So many, if the limit allows for them. */
  readonly rounds: number;
  /** No round but the first starts when so many nanoseconds have passed. */
  readonly limit: number;
  readonly gc: Gc | undefined;
  readonly times: ProcessTimes;
}

/** What a round took: a batch of each, and the collection of garbage after it. */
export interface Round {
  readonly batch: Times;
  readonly garbage: Times;
  readonly emptyBatch: Times;
  /** A collection that has nothing to do. */
  readonly noGarbage: Times;
}

/**
 * Batches of a function in turn with batches of one that does nothing, so that both see the same machine. The young
 * generation is collected between them, so that each batch begins alike.
 */
export async function measureRounds(
  subject: Batches,
  empty: Batches,
  { rounds, limit, gc, times }: RoundsOptions,
): Promise<readonly Round[]> {
  const collect = (): Times => timed(() => gc?.({ type: 'minor' }), times);
  const start = times.wall();
  const done: Round[] = [];
  collect();
  do {
    const emptyBatch = await empty.workload.run(empty.count);
    const noGarbage = collect();
    const batch = await subject.workload.run(subject.count);
    const garbage = collect();
    done.push({ batch, garbage, emptyBatch, noGarbage });
  } while (done.length < rounds && times.wall() - start < limit);
  return done;
}

function timed(work: () => void, times: ProcessTimes): Times {
  const cpu = times.cpu();
  const wall = times.wall();
  work();
  return { wall: times.wall() - wall, cpu: times.cpu() - cpu };
}
