import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import type { ForkOutcome, ForkSubject } from './fork-subject.js';
import { runRounds, type ForkProgress } from './run-rounds.js';

const subjects = ['a', 'b', 'c', 'd'].map((id): ForkSubject => ({
  id,
  file: 'file:///x.bench.js',
  suite: 'x',
  benchmark: id,
}));
const measured = (wall: number): ForkOutcome => ({ type: 'measured', wall, cpu: wall, warnings: [] });
const failure: ForkOutcome = { type: 'failed', message: 'it threw' };

/** The ids in the order in which they ran. */
async function orderOf(seed: number, forks = 5): Promise<string[]> {
  const order: string[] = [];
  await runRounds(subjects, { forks, random: seededRandom(seed) }, async ({ id }) => {
    order.push(id);
    return measured(1);
  });
  return order;
}

describe('runRounds', () => {
  it('runs every subject once in each round', async () => {
    const order = await orderOf(1);
    expect(order).toHaveLength(20);
    for (let round = 0; round < 5; round += 1) {
      expect(order.slice(round * 4, round * 4 + 4).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    }
  });

  it('shuffles each round anew, the same way for the same seed', async () => {
    const order = await orderOf(1);
    expect(await orderOf(1)).toEqual(order);
    expect(await orderOf(2)).not.toEqual(order);
    expect(order.slice(0, 4)).not.toEqual(order.slice(4, 8));
  });

  it('gives each subject every place about as often', async () => {
    const order = await orderOf(1, 1_000);
    const firsts = order.filter((_, index) => index % 4 === 0);
    for (const { id } of subjects) {
      const share = firsts.filter((first) => first === id).length / 1_000;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
    }
  });

  it('runs one at a time, and gives the outcomes of each in the order in which they came', async () => {
    let running = 0;
    let count = 0;
    const outcomes = await runRounds(subjects, { forks: 3, random: seededRandom(1) }, async () => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      count += 1;
      return measured(count);
    });
    expect([...outcomes.keys()]).toEqual(['a', 'b', 'c', 'd']);
    for (const ofSubject of outcomes.values()) {
      const walls = ofSubject.map((outcome) => (outcome.type === 'measured' ? outcome.wall : 0));
      expect(walls).toHaveLength(3);
      expect(walls).toEqual(walls.toSorted((a, b) => a - b));
    }
  });

  it('does not run again what gave no figures, and goes on with the others', async () => {
    let runsOfB = 0;
    const outcomes = await runRounds(subjects, { forks: 4, random: seededRandom(1) }, async ({ id }) => {
      if (id !== 'b') return measured(1);
      runsOfB += 1;
      return runsOfB === 2 ? failure : measured(1);
    });
    expect(outcomes.get('b')).toEqual([measured(1), failure]);
    expect(outcomes.get('a')).toHaveLength(4);
  });

  it('tells when a fork starts and when it has ended, and how many are left', async () => {
    const told: ForkProgress[] = [];
    const [first, second] = subjects;
    if (first === undefined || second === undefined) throw new Error('no subjects');
    const options = { forks: 2, random: () => 0, onProgress: (progress: ForkProgress) => void told.push(progress) };
    await runRounds([first, second], options, async ({ id }) => (id === 'a' ? failure : measured(1)));
    expect(told).toEqual([
      { subject: first, done: 0, total: 4 },
      { subject: first, outcome: failure, done: 1, total: 3 },
      { subject: second, done: 1, total: 3 },
      { subject: second, outcome: measured(1), done: 2, total: 3 },
      { subject: second, done: 2, total: 3 },
      { subject: second, outcome: measured(1), done: 3, total: 3 },
    ]);
  });

  it('ends when a run rejects, as when it was aborted', async () => {
    let runs = 0;
    const rounds = runRounds(subjects, { forks: 4, random: seededRandom(1) }, async () => {
      runs += 1;
      throw new Error('aborted');
    });
    await expect(rounds).rejects.toThrow('aborted');
    expect(runs).toBe(1);
  });
});
