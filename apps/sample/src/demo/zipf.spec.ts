import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { ZipfSampler } from './zipf.js';

const DRAWS = 100_000;

function countDraws(size: number, exponent: number): number[] {
  const sampler = new ZipfSampler(size, exponent, seededRandom(1));
  const counts = Array.from({ length: size }, () => 0);
  for (let draw = 0; draw < DRAWS; draw++) {
    const rank = sampler.next();
    counts[rank] = (counts[rank] ?? NaN) + 1;
  }
  return counts;
}

/** Pearson's statistic of the counts against their expectation. */
function chiSquare(counts: readonly number[], exponent: number): number {
  const weights = counts.map((_, rank) => (rank + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return counts.reduce((sum, count, rank) => {
    const expected = (DRAWS * (weights[rank] ?? NaN)) / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

describe('ZipfSampler', () => {
  // 148.2 is what 99 degrees of freedom exceed once in a thousand times; the seed is fixed.
  it.each([0, 0.5, 1, 2])('draws 100 ranks in proportion to 1 / rank ** %p', (exponent) => {
    expect(chiSquare(countDraws(100, exponent), exponent)).toBeLessThan(148.2);
  });

  it('is told apart by that test from a distribution of another exponent', () => {
    expect(chiSquare(countDraws(100, 1), 1.05)).toBeGreaterThan(148.2);
  });

  it.each([
    ['the first rank', 0, 0],
    ['the last rank', 1 - Number.EPSILON, 135_232],
  ])('gives %s for the %p of its random numbers', (_, random, rank) => {
    expect(new ZipfSampler(135_233, 1, () => random).next()).toBe(rank);
  });

  it('gives the same ranks for the same seed', () => {
    const draw = (seed: number) => {
      const sampler = new ZipfSampler(1_000, 1, seededRandom(seed));
      return Array.from({ length: 20 }, () => sampler.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
