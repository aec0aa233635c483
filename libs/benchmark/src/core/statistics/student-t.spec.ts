import { describe, expect, it } from '@jest/globals';
import { studentT95 } from './student-t.js';

describe('studentT95', () => {
  // Of every printed table of Student's t (two-sided 5 %); the digits are those of scipy.stats.t.ppf(0.975, degrees).
  it.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [4, 2.7764451051977934],
    [5, 2.5705818356363146],
    [9, 2.262157162798205],
    [10, 2.228138851986274],
    [29, 2.045229642132703],
    [30, 2.0422724563012378],
    [100, 1.9839715185235518],
  ])('has the value of the table for %d degrees of freedom', (degrees, expected) => {
    expect(studentT95(degrees)).toBeCloseTo(expected, 10);
  });

  it('comes down to the 1.96 of the normal distribution for many samples', () => {
    expect(studentT95(100_000)).toBeCloseTo(1.96, 4);
  });
});
