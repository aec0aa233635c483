import { describe, expect, it } from '@jest/globals';
import { ManualTimes } from '../../../test/manual-times.js';
import * as loops from './loop.js';
import { callsWithin, warmUp } from './warm-up.js';
import { Workload } from './workload.js';

/** Warms up a function of which the call with that number, after so many nanoseconds, takes so many. */
async function warm(
  timeOf: (call: number, elapsed: number) => number,
  options: { readonly limit: number; readonly batch: number },
) {
  const times = new ManualTimes();
  let calls = 0;
  const fn = () => {
    times.pass(timeOf(calls, times.wall()));
    calls += 1;
    return calls;
  };
  const result = await warmUp(new Workload({ fn, inputs: [undefined], isAsync: false, loops, times }), options, times);
  return { ...result, calls, took: times.wall() };
}

describe('warmUp', () => {
  it('ends before its limit when the times are stable, but not before a quarter of it', async () => {
    const { perCall, drift, took } = await warm(() => 10, { limit: 1e6, batch: 1_000 });
    expect(perCall).toBe(10);
    expect(drift).toBe(0);
    expect(took).toBeGreaterThanOrEqual(0.25e6);
    expect(took).toBeLessThan(0.3e6);
  });

  it('goes on while the function becomes faster, and gives what it takes then', async () => {
    const { perCall, calls } = await warm((call) => (call < 50_000 ? 100 - call / 1_000 : 10), {
      limit: 1e8,
      batch: 1_000,
    });
    expect(calls).toBeGreaterThan(50_000);
    expect(perCall).toBe(10);
  });

  it('ends at its limit when they never are, and says by how much they differ', async () => {
    const { drift, took } = await warm((_, elapsed) => 10 * 1.1 ** (elapsed / 10_000), { limit: 1e6, batch: 1_000 });
    expect(drift).toBeGreaterThan(0.03);
    expect(took).toBeGreaterThanOrEqual(1e6);
    expect(took).toBeLessThan(1.2e6);
  });

  it('calls a function once that takes longer than the limit', async () => {
    await expect(warm(() => 5e6, { limit: 1e6, batch: 1_000 })).resolves.toMatchObject({ calls: 1, perCall: 5e6 });
  });

  it('needs no limit: it then gives what the first batch took', async () => {
    await expect(warm(() => 10, { limit: 0, batch: 1_000 })).resolves.toMatchObject({ perCall: 10, drift: Infinity });
  });
});

describe('callsWithin', () => {
  it('is at least one', () => {
    expect(callsWithin(1_000, 3)).toBe(334);
    expect(callsWithin(1_000, 5_000)).toBe(1);
  });
});
