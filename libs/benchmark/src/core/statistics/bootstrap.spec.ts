import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bootstrapRatio } from './bootstrap.js';
import { median } from './quantile.js';

const samples = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
const seeds = fc.integer({ min: 1 });

describe('bootstrapRatio', () => {
  it('ends where Efron (1979, section 3) counts it out for a median of 13: at the 4th and the 10th sample', () => {
    // The chance of a median at or below the 3rd is .0157, at or below the 4th .0707; the same from the other end.
    const a = Array.from({ length: 13 }, (_, index) => 101 + index);
    expect(bootstrapRatio(a, [1], { random: seededRandom(1) })).toEqual([104, 110]);
  });

  it('ends where the chances of all 35 pairs of medians, counted out, put it', () => {
    const a = [120, 106, 131, 110, 133, 140, 139];
    const b = [105, 100, 93, 108, 90];
    // Below 110/105 lies .0089 of the ratios, and .0344 with it; below 139/93 .9656, and .9911 with it.
    expect(bootstrapRatio(a, b, { random: seededRandom(42) })).toEqual([110 / 105, 139 / 93]);
  });

  it('is the same again with the same seed', () => {
    const a = Array.from({ length: 20 }, (_, index) => 100 + Math.sqrt(index));
    const interval = () => bootstrapRatio(a, a, { random: seededRandom(42), resamples: 100 });
    expect(interval()).toEqual(interval());
  });

  it('covers the true ratio about 95 times in 100', () => {
    const random = seededRandom(7);
    const draw = () => Array.from({ length: 20 }, () => 100 - 10 * Math.log(1 - random()));
    const covered = Array.from({ length: 200 }, () => bootstrapRatio(draw(), draw(), { random, resamples: 500 }));
    const hits = covered.filter(([low, high]) => low <= 1 && high >= 1).length;
    expect(hits).toBeGreaterThan(180);
  });

  it('contains the ratio of the medians', () => {
    fc.assert(
      fc.property(samples, samples, seeds, (a, b, seed) => {
        const [low, high] = bootstrapRatio(a, b, { random: seededRandom(seed), resamples: 500 });
        const ratio = median(a) / median(b);
        return low <= ratio && ratio <= high;
      }),
    );
  });

  it('does not depend on the unit, and stays within what the samples allow', () => {
    fc.assert(
      fc.property(samples, samples, seeds, (a, b, seed) => {
        const interval = bootstrapRatio(a, b, { random: seededRandom(seed), resamples: 200 });
        const inAnotherUnit = bootstrapRatio(
          a.map((value) => value * 1024),
          b.map((value) => value * 1024),
          { random: seededRandom(seed), resamples: 200 },
        );
        expect(inAnotherUnit).toEqual(interval);
        expect(interval[0]).toBeGreaterThanOrEqual((Math.min(...a) / Math.max(...b)) * 0.999999);
        expect(interval[1]).toBeLessThanOrEqual((Math.max(...a) / Math.min(...b)) * 1.000001);
      }),
    );
  });

  it('refuses what is no sample', () => {
    expect(() => bootstrapRatio([1], [], { random: Math.random })).toThrow('There are no samples');
  });
});
