import { systemClock } from '@envol/common/core';
import { seededRandom } from '../seeded-random.js';
import type { ForkOutcome, ForkSubject } from './fork-subject.js';
import { runFork } from './run-fork.js';
import { runRounds, type ForkProgress } from './run-rounds.js';
import { startWatchdog } from './watchdog.js';

/** How {@link runForks} measures; times in milliseconds. */
export interface ForkOptions {
  /** Rounds; in each of them every subject has one fork. */
  readonly forks: number;
  /** Longest time of a fork. */
  readonly timeLimit: number;
  /** Longest warm-up. */
  readonly warmUp: number;
  /** Least time of a batch. */
  readonly sampleTime: number;
  /** Batches in a fork. */
  readonly samples: number;
  /** Of the random order. */
  readonly seed: number;
  readonly onProgress?: ((progress: ForkProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures the subjects in forks, one at a time: in each round every subject once, in random order, so that whatever
 * the machine does meanwhile happens to all of them. A subject that gave no figures is not run again. No fork outlives
 * this, or this process.
 *
 * @returns what the forks of each subject came to, in the order in which they ran, by the subject's id
 * @throws the reason of the signal when it is aborted
 */
export async function runForks(
  subjects: readonly ForkSubject[],
  options: ForkOptions,
): Promise<ReadonlyMap<string, readonly ForkOutcome[]>> {
  const { forks, timeLimit, warmUp, sampleTime, samples, seed, onProgress, signal } = options;
  const watchdog = startWatchdog();
  const surroundings = { timeLimit, signal, watchdog, clock: systemClock };
  try {
    return await runRounds(
      subjects,
      { forks, onProgress, random: seededRandom(seed) },
      ({ file, suite, benchmark, cwd }) =>
        runFork({ file, suite, benchmark, warmUp, sampleTime, samples }, { cwd, ...surroundings }),
    );
  } finally {
    watchdog.close();
  }
}
