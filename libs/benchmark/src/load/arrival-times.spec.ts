import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../core/seeded-random.js';
import { arrivalTimes, type Arrivals } from './arrival-times.js';
import { levelAt, requestsIn, totalDuration, type Stage } from './stages.js';

const timesOf = (stages: readonly Stage[], arrivals: Arrivals = 'constant', seed = 1): number[] => [
  ...arrivalTimes(stages, arrivals, seededRandom(seed)),
];

const stage = fc.record({
  duration: fc.integer({ min: 1, max: 5_000 }),
  from: fc.integer({ min: 0, max: 1_000 }),
  to: fc.integer({ min: 0, max: 1_000 }),
});

describe('arrivalTimes', () => {
  it('spreads a constant rate evenly, from the start', () => {
    expect(timesOf([{ duration: 1_000, from: 5, to: 5 }])).toEqual([0, 200, 400, 600, 800]);
  });

  it('comes ever closer in a ramp: as many as the area under the rate has reached', () => {
    // Until t seconds 5 t² are due.
    const times = timesOf([{ duration: 2_000, from: 0, to: 20 }]);
    expect(times).toHaveLength(20);
    times.forEach((time, index) => expect(time).toBeCloseTo(Math.sqrt(index / 5) * 1_000, 6));
  });

  it('sends nothing while the rate is 0, and goes on after it', () => {
    const pause = { duration: 3_000, from: 0, to: 0 };
    const second = { duration: 1_000, from: 2, to: 2 };
    expect(timesOf([second, pause, second])).toEqual([0, 500, 4_000, 4_500]);
  });

  it('has the planned number of requests, in order and within the stages, whatever these are', () => {
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), (stages) => {
        const times = timesOf(stages);
        const planned = stages.map(requestsIn).reduce((sum, count) => sum + count);
        expect(Math.abs(times.length - planned)).toBeLessThanOrEqual(1);
        expect(times.every((time, index) => time >= (times[index - 1] ?? 0))).toBe(true);
        expect(times.at(-1) ?? 0).toBeLessThanOrEqual(totalDuration(stages));
      }),
    );
  });

  it('keeps the rate of each moment: gaps are its inverse', () => {
    const stages = [{ duration: 10_000, from: 50, to: 500 }];
    const times = timesOf(stages);
    times.slice(1).forEach((time, index) => {
      const previous = times[index] ?? 0;
      expect((time - previous) * levelAt(stages, (time + previous) / 2)).toBeCloseTo(1_000, 3);
    });
  });

  it('makes Poisson arrivals whose number and gaps are those of a Poisson process', () => {
    const times = timesOf([{ duration: 100_000, from: 100, to: 100 }], 'poisson');
    // 10,000 expected with a standard deviation of 100.
    expect(Math.abs(times.length - 10_000)).toBeLessThan(500);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const longerThanMean = gaps.filter((gap) => gap > 10).length / gaps.length;
    expect(longerThanMean).toBeGreaterThan(Math.exp(-1) - 0.03);
    expect(longerThanMean).toBeLessThan(Math.exp(-1) + 0.03);
  });

  it('gives the same times for the same seed, and others for another', () => {
    const stages = [{ duration: 1_000, from: 100, to: 100 }];
    expect(timesOf(stages, 'poisson', 7)).toEqual(timesOf(stages, 'poisson', 7));
    expect(timesOf(stages, 'poisson', 7)).not.toEqual(timesOf(stages, 'poisson', 8));
  });
});
