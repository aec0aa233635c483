import { EnvolError } from '@envol/common';
import { DEMO_USERS } from './plan.js';
import type { RequestRunner } from './request-runner.js';
import type { Outcome } from './tally.js';

/** Users at once. */
const AT_ONCE = 10;

/**
 * Takes over the check-ins that earlier runs left.
 *
 * @throws EnvolError `ENVOL_ATLAS_NO_ANSWER`
 */
export async function learnCheckins(runner: Pick<RequestRunner, 'learn'>): Promise<void> {
  const answers = await ofEachUser((userId) => runner.learn(userId));
  const problem = answers.find((answer) => answer !== undefined);
  if (problem === undefined) return;
  throw new EnvolError(
    'ENVOL_ATLAS_NO_ANSWER',
    `Atlas is up and does not answer as it should: ${problem}`,
    'Look at its log: LOG_LEVEL=info npm run demo',
  );
}

/** Compares the check-ins of every user with what was written, when nothing is under way any more. */
export function auditCheckins(runner: Pick<RequestRunner, 'audit'>): Promise<Outcome[]> {
  return ofEachUser((userId) => runner.audit(userId));
}

async function ofEachUser<T>(ask: (userId: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let first = 0; first < DEMO_USERS.length; first += AT_ONCE) {
    answers.push(...(await Promise.all(DEMO_USERS.slice(first, first + AT_ONCE).map(ask))));
  }
  return answers;
}
