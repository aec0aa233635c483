import type { Random } from '@envol/common/core';
import type { ForkOutcome, ForkSubject } from './fork-subject.js';

/** How far a run is: told when a fork starts, and again with what it came to. */
export interface ForkProgress {
  readonly subject: ForkSubject;
  /** Absent when the fork starts. */
  readonly outcome?: ForkOutcome;
  /** Forks that have ended. */
  readonly done: number;
  /** Forks in all, so far as is known: a subject that gave no figures is not run again. */
  readonly total: number;
}

/** How {@link runRounds} goes about it. */
export interface RoundsOfForks {
  readonly forks: number;
  readonly onProgress?: ((progress: ForkProgress) => void) | undefined;
  readonly random: Random;
}

/** In each round every subject once, in random order; none again that gave no figures. */
export async function runRounds(
  subjects: readonly ForkSubject[],
  { forks, onProgress, random }: RoundsOfForks,
  run: (subject: ForkSubject) => Promise<ForkOutcome>,
): Promise<ReadonlyMap<string, readonly ForkOutcome[]>> {
  const outcomes = new Map<string, ForkOutcome[]>(subjects.map(({ id }) => [id, []]));
  const remaining = new Set(subjects);
  let done = 0;
  let total = forks * subjects.length;
  for (let left = forks - 1; left >= 0; left -= 1) {
    for (const subject of shuffled(remaining, random)) {
      onProgress?.({ subject, done, total });
      const outcome = await run(subject);
      outcomes.get(subject.id)?.push(outcome);
      done += 1;
      if (outcome.type !== 'measured') {
        remaining.delete(subject);
        total -= left;
      }
      onProgress?.({ subject, outcome, done, total });
    }
  }
  return outcomes;
}

/** In an order of which each is as likely (Fisher and Yates, in the form of Durstenfeld). */
function shuffled<T>(items: Iterable<T>, random: Random): T[] {
  const left = [...items];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
