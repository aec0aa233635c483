import { describe, expect, it } from '@jest/globals';
import { ManualTimes } from '../../../test/manual-times.js';
import * as loops from './loop.js';
import { Workload } from './workload.js';

function workloadOf(fn: (input: unknown) => unknown, inputs: readonly unknown[], isAsync = false): Workload {
  return new Workload({ fn, inputs, isAsync, loops, times: new ManualTimes() });
}

describe('Workload', () => {
  it.each([false, true])('goes on with the inputs where the last batch ended (asynchronous: %s)', async (isAsync) => {
    const seen: unknown[] = [];
    const workload = workloadOf((input) => seen.push(input), ['a', 'b', 'c'], isAsync);
    await workload.run(2);
    await workload.run(3);
    expect(seen).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  it('awaits each call before the next when it is asynchronous', async () => {
    let running = 0;
    const workload = workloadOf(
      async () => {
        running += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        running -= 1;
      },
      [undefined],
      true,
    );
    await workload.run(3);
    expect(running).toBe(0);
  });

  it('refuses a promise of a function that gave none at first', async () => {
    await expect(workloadOf(() => Promise.resolve(), [undefined]).run(1)).rejects.toThrow('declare it async');
  });

  it('lets what the calls left for later be done before the next batch', async () => {
    const events: string[] = [];
    const workload = workloadOf(() => {
      events.push('call');
      setImmediate(() => events.push('later'));
    }, [undefined]);
    await workload.run(1);
    await workload.run(1);
    expect(events).toEqual(['call', 'later', 'call', 'later']);
  });
});
