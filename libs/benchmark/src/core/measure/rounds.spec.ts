import { describe, expect, it } from '@jest/globals';
import { ManualTimes } from '../../../test/manual-times.js';
import type { Gc } from './garbage-collector.js';
import * as loops from './loop.js';
import { measureRounds } from './rounds.js';
import { Workload } from './workload.js';

const NANOSECONDS = { call: 100, empty: 1, collection: 30 };

async function rounds(options: { readonly rounds: number; readonly limit: number; readonly hasGc?: boolean }) {
  const times = new ManualTimes();
  const events: string[] = [];
  const workload = (name: 'call' | 'empty') =>
    new Workload({
      fn: () => {
        events.push(name);
        times.pass(NANOSECONDS[name], NANOSECONDS[name] / 2);
      },
      inputs: [undefined],
      isAsync: false,
      loops,
      times,
    });
  const gc: Gc = (request) => {
    events.push(`${request?.type} collection`);
    times.pass(NANOSECONDS.collection);
  };
  const done = await measureRounds(
    { workload: workload('call'), count: 2 },
    { workload: workload('empty'), count: 3 },
    { ...options, gc: options.hasGc === false ? undefined : gc, times },
  );
  return { done, events };
}

describe('measureRounds', () => {
  it('takes an empty batch and one of the function in turn, with a collection of the young generation after each', async () => {
    const { events } = await rounds({ rounds: 2, limit: 1e9 });
    const round = ['empty', 'empty', 'empty', 'minor collection', 'call', 'call', 'minor collection'];
    expect(events).toEqual(['minor collection', ...round, ...round]);
  });

  it('gives what each part took', async () => {
    const { done } = await rounds({ rounds: 1, limit: 1e9 });
    expect(done).toEqual([
      {
        batch: { wall: 200, cpu: 100 },
        garbage: { wall: 30, cpu: 30 },
        emptyBatch: { wall: 3, cpu: 1.5 },
        noGarbage: { wall: 30, cpu: 30 },
      },
    ]);
  });

  it('stops when its time is up, after one round at least', async () => {
    await expect(rounds({ rounds: 100, limit: 1_000 })).resolves.toMatchObject({ done: { length: 4 } });
    await expect(rounds({ rounds: 100, limit: 0 })).resolves.toMatchObject({ done: { length: 1 } });
  });

  it('works where there is no collector', async () => {
    const { done } = await rounds({ rounds: 1, limit: 1e9, hasGc: false });
    expect(done).toMatchObject([{ garbage: { wall: 0, cpu: 0 }, batch: { wall: 200 } }]);
  });
});
