import { describe, expect, it } from '@jest/globals';
import { normalTail } from './normal.js';

describe('normalTail', () => {
  // scipy.stats.norm.sf(z)
  it.each([
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [1.96, 0.024997895148220435],
    [2.999, 0.0013543365337271057],
    [3.001, 0.0013454728250849653],
    [5, 2.866515718791933e-7],
    [8, 6.22096057427174e-16],
    [12, 1.776482112077653e-33],
  ])('is the share above %d, to the last digits also far out', (z, expected) => {
    expect(normalTail(z) / expected).toBeCloseTo(1, 11);
  });
});
