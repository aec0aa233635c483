import { describe, expect, it } from '@jest/globals';
import { seededRandom } from './seeded-random.js';

const numbers = (seed: number, count = 10) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  it('gives numbers in [0, 1), as many in each tenth', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const number of numbers(1, 100_000))
      tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
    expect(tenths).toHaveLength(10);
    expect(Math.min(...tenths)).toBeGreaterThan(9_500);
    expect(Math.max(...tenths)).toBeLessThan(10_500);
  });
});
