import { describe, expect, it } from '@jest/globals';
import { ManualTimes } from '../../../test/manual-times.js';
import * as realLoops from './loop.js';
import { measure, type Measured, type MeasureOptions } from './measure.js';

/** Nanoseconds that a turn of the loop takes, and reading the timer. */
const LOOP = 10;
const TICK = 40;

/** Measures on a timer that passes while it is read, while the loop turns, and when the function says so. */
async function measured(
  benchmark: (times: ManualTimes) => Measured,
  options: Partial<MeasureOptions> = {},
  hasGc = true,
) {
  const times = new ManualTimes();
  const events: string[] = [];
  const wall = (): number => {
    times.pass(TICK, 0);
    return times.wall();
  };
  const loops: typeof realLoops = {
    sink: realLoops.sink,
    loop: (fn, inputs, at, count) => {
      times.pass(count * LOOP);
      return realLoops.loop(fn, inputs, at, count);
    },
    asyncLoop: (fn, inputs, at, count) => {
      times.pass(count * LOOP);
      return realLoops.asyncLoop(fn, inputs, at, count);
    },
  };
  const outcome = await measure(
    benchmark(times),
    { warmUp: 1, sampleTime: 0.1, samples: 10, ...options },
    {
      times: { wall, cpu: times.cpu },
      gc: hasGc ? (request) => events.push(request?.type ?? 'full') : undefined,
      loops: () => Promise.resolve(loops),
      onPhase: (phase) => events.push(phase),
    },
  );
  return { outcome, events };
}

describe('measure', () => {
  it.each([
    ['a function', (times: ManualTimes) => ({ fn: () => times.pass(500, 300) })],
    ['an asynchronous function', (times: ManualTimes) => ({ fn: async () => times.pass(500, 300) })],
  ])('gives the time of one call of %s, without the loop', async (_, benchmark) => {
    const { outcome } = await measured(benchmark);
    if (outcome.type !== 'measured') throw new Error(outcome.message);
    expect(outcome.wall).toBeGreaterThan(495);
    expect(outcome.wall).toBeLessThan(505);
    expect(outcome.cpu).toBeCloseTo(300);
    expect(outcome.warnings).toEqual([]);
  });

  it('says that it is too fast when it takes no longer than the loop', async () => {
    const { outcome } = await measured((times) => ({ fn: () => times.pass(1) }));
    expect(outcome).toMatchObject({ type: 'too-fast', message: expect.stringContaining('empty loop') });
  });

  it('tells what it is about to do, and collects all garbage before the warm-up and the young between the batches', async () => {
    const { events } = await measured((times) => ({ fn: () => times.pass(500) }), { samples: 2 });
    const minor = Array.from({ length: 5 }, () => 'minor');
    expect(events).toEqual(['first call', 'full', 'warm-up', 'measurement', ...minor]);
  });

  it('goes through all inputs in every batch, so that they are alike', async () => {
    const inputs = Array.from({ length: 7 }, (_, index) => index);
    const calls = inputs.map(() => 0);
    const { outcome } = await measured((times) => ({
      fn: (input) => {
        const index = Number(input);
        calls[index] = (calls[index] ?? 0) + 1;
        times.pass(index * 100);
      },
      inputs,
    }));
    if (outcome.type !== 'measured') throw new Error(outcome.message);
    expect(outcome.wall).toBeGreaterThan(297);
    expect(outcome.wall).toBeLessThan(303);
  });

  it('warns when a batch cannot go through all inputs, and when there is no collector', async () => {
    const inputs = Array.from({ length: 1_000 }, (_, index) => index);
    const { outcome } = await measured((times) => ({ fn: () => times.pass(500), inputs }), {}, false);
    expect(outcome).toMatchObject({
      warnings: [expect.stringContaining('all of its inputs'), expect.stringContaining('garbage')],
    });
  });

  it('calls a function that takes seconds four times, and no more', async () => {
    let calls = 0;
    const { outcome } = await measured((times) => ({
      fn: () => {
        calls += 1;
        times.pass(3e9);
      },
    }));
    expect(calls).toBe(4);
    expect(outcome).toMatchObject({ type: 'measured', wall: expect.closeTo(3e9, -3) });
  });

  it('takes batches of a thousand ticks at least, however short they are asked for', async () => {
    let calls = 0;
    const fn = (times: ManualTimes) => () => {
      calls += 1;
      times.pass(90);
    };
    await measured((times) => ({ fn: fn(times) }), { sampleTime: 0.000_1, samples: 1, warmUp: 0 });
    const batch = (1_000 * TICK) / 100;
    expect(calls).toBeGreaterThan(batch * 2);
  });

  it('passes on what the function throws', async () => {
    const failing = () => ({ fn: () => Promise.reject(new RangeError('too far')) });
    await expect(measured(failing)).rejects.toThrow(new RangeError('too far'));
  });
});
