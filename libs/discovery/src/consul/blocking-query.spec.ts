import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { BlockingQuery } from './blocking-query.js';
import type { HealthAnswer } from './consul-client.js';

interface Asked {
  readonly index: number;
  readonly at: number;
  readonly signal: AbortSignal;
  answer(index: number, changes?: Partial<HealthAnswer>): Promise<void>;
  fail(message: string): Promise<void>;
}

/** A query that a test answers by hand. */
function start(epoch = () => 0) {
  const clock = new ManualClock();
  const asked: Asked[] = [];
  const told: string[] = [];
  const query = (index: number, signal: AbortSignal) =>
    new Promise<HealthAnswer>((resolve, reject) => {
      asked.push({
        index,
        at: clock.monotonic(),
        signal,
        answer: (next, changes) => {
          resolve({ index: next, hasLeader: true, entries: [], ...changes });
          return clock.advance(0);
        },
        fail: (message) => {
          reject(new Error(message));
          return clock.advance(0);
        },
      });
    });
  const observer = {
    answered: (instances: readonly unknown[]) => void told.push(`answered ${instances.length}`),
    failed: (error: unknown) => void told.push(`failed ${(error as Error).message}`),
  };
  const blocking = new BlockingQuery('places', observer, { query, epoch, clock, random: () => 0.5 });
  const last = async (): Promise<Asked> => {
    await clock.advance(0);
    const open = asked.at(-1);
    if (open === undefined) throw new Error('nothing was asked');
    return open;
  };
  return { clock, asked, told, blocking, last };
}

describe('BlockingQuery', () => {
  it('asks at once without an index, and then waits for a change of the index it was given', async () => {
    const { told, asked, last } = start();
    await (await last()).answer(7, { entries: [{}] });
    expect(told).toEqual(['answered 1']);
    expect(asked.map(({ index }) => index)).toEqual([0, 7]);
  });

  it('starts anew when the index goes back', async () => {
    const { clock, asked, last } = start();
    await (await last()).answer(63);
    await (await last()).answer(11);
    await clock.advance(1_000);
    await (await last()).answer(11);
    await clock.advance(1_000);
    expect(asked.map(({ index }) => index)).toEqual([0, 63, 0, 11]);
  });

  it('lets two answers through at once and then one a second, when the index spins', async () => {
    const { clock, asked, last } = start();
    for (let index = 1; index <= 6; index++) {
      await (await last()).answer(index * 10);
      await clock.advance(index === 1 ? 0 : 1_000);
    }
    expect(asked.map(({ at }) => at)).toEqual([0, 0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  it('follows the next two changes at once after a quiet time', async () => {
    const { clock, asked, last } = start();
    await (await last()).answer(1);
    await clock.advance(60_000);
    await (await last()).answer(2);
    await (await last()).answer(3);
    expect(asked.slice(-2).map(({ at }) => at)).toEqual([60_000, 60_000]);
  });

  it('goes on after errors, with growing pauses and without an index, and is quick again after a success', async () => {
    const { clock, asked, told, last } = start();
    await (await last()).answer(63);
    for (let attempt = 0; attempt < 8; attempt++) {
      await (await last()).fail('refused');
      await clock.advance(5_000);
    }
    expect(told.filter((event) => event === 'failed refused')).toHaveLength(8);
    expect(asked.slice(2).every(({ index }) => index === 0)).toBe(true);
    await (await last()).answer(64);
    await (await last()).fail('refused');
    const before = asked.length;
    await clock.advance(250);
    expect(asked.length).toBe(before + 1);
  });

  it('asks without an index when a connection was lost since the answer: the agent may have lost its data', async () => {
    let lost = 0;
    const { clock, asked, last } = start(() => lost);
    await (await last()).answer(63);
    await (await last()).answer(64);
    lost += 1; // while the rate is limited
    await clock.advance(1_000);
    expect(asked.map(({ index }) => index)).toEqual([0, 63, 0]);
  });

  it('waits in every other query at least, through a proxy that ends every connection', async () => {
    let lost = 0;
    const { clock, asked, last } = start(() => (lost += 1));
    for (let index = 1; index <= 6; index++) {
      await (await last()).answer(index);
      await clock.advance(1_000);
    }
    expect(asked.map(({ index }) => index)).toEqual([0, 1, 0, 3, 0, 5, 0]);
  });

  it('does not take what a server without a leader says for news, unless it is all there is', async () => {
    const { clock, told, last } = start();
    await (await last()).answer(5, { hasLeader: false, entries: [{}] });
    expect(told).toEqual(['answered 1']);
    await (await last()).answer(6, { hasLeader: false });
    expect(told.at(-1)).toMatch(/^failed .*no leader/);
    await clock.advance(5_000);
    await (await last()).answer(7, { entries: [{}, {}] });
    expect(told.at(-1)).toBe('answered 2');
  });

  it('ends at once when it is stopped: the query is given up, nothing is told, no timer stays', async () => {
    const { clock, asked, told, blocking, last } = start();
    const open = await last();
    blocking.stop();
    expect(open.signal.aborted).toBe(true);
    await open.fail('aborted');
    await clock.advance(60_000);
    expect(told).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends in a pause too', async () => {
    const { clock, asked, blocking, last } = start();
    await (await last()).fail('refused');
    blocking.stop();
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
