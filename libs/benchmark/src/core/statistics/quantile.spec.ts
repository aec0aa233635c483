import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { median, quantile } from './quantile.js';

const samples = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const ascending = (values: readonly number[]) => values.toSorted((one, other) => one - other);

describe('quantile', () => {
  it.each([
    [0, 1],
    [0.1, 1.9],
    [0.25, 3.25],
    [0.5, 5.5],
    [0.75, 7.75],
    [0.99, 9.91],
    [1, 10],
  ])('is what R gives: quantile(c(1:9, 10), %d) is %d', (q, expected) => {
    expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], q)).toBeCloseTo(expected, 12);
  });

  it('is the sample itself when there is only one', () => {
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('is NaN for no samples', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('never falls from one share to a higher one, and stays between the lowest and the highest sample', () => {
    fc.assert(
      fc.property(samples, shares, shares, (values, one, other) => {
        const sorted = ascending(values);
        const low = quantile(sorted, Math.min(one, other));
        const high = quantile(sorted, Math.max(one, other));
        // Interpolation rounds.
        const slack = 1 + 4 * Number.EPSILON;
        return low <= high * slack && low >= quantile(sorted, 0) && high <= quantile(sorted, 1) * slack;
      }),
    );
  });
});

describe('median', () => {
  it('is the middle of samples in any order, and leaves them as they are', () => {
    const given = [9, 1, 100, 10, 2];
    expect(median(given)).toBe(9);
    expect(given).toEqual([9, 1, 100, 10, 2]);
  });

  it('is the mean of the two in the middle when the number is even', () => {
    expect(median([100, 1, 3, 2])).toBe(2.5);
  });

  it('does not depend on the order', () => {
    fc.assert(fc.property(samples, (values) => median(values) === median(values.toReversed())));
  });
});
