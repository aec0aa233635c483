import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QuantileHistogram } from './quantile-histogram.js';

const durations = fc.array(fc.double({ min: 2 ** -19, max: 4_000, noNaN: true }), { minLength: 1, maxLength: 300 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

/** The smallest value that a share `q` of them does not exceed (nearest rank). */
function exact(values: readonly number[], q: number): number {
  return values.toSorted((one, other) => one - other)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? NaN;
}

function histogramOf(values: readonly number[]): QuantileHistogram {
  const histogram = new QuantileHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('QuantileHistogram', () => {
  it('is within 1/32 of the exact quantile, from a microsecond to an hour', () => {
    fc.assert(
      fc.property(durations, shares, (values, q) => {
        const truth = exact(values, q);
        return Math.abs(histogramOf(values).quantile(q) - truth) <= truth / 32;
      }),
      { numRuns: 500 },
    );
  });

  it('never falls from one quantile to a higher one', () => {
    fc.assert(
      fc.property(durations, shares, shares, (values, one, other) => {
        const histogram = histogramOf(values);
        return histogram.quantile(Math.min(one, other)) <= histogram.quantile(Math.max(one, other));
      }),
    );
  });

  it('takes what is outside of its range for the nearest that is in it', () => {
    const histogram = histogramOf([-1, 0, 1e-9, 1e9]);
    expect(histogram.quantile(0.5)).toBeLessThan(1.1e-6);
    expect(histogram.quantile(1)).toBeGreaterThan(3_900);
    expect(histogram.quantile(1)).toBeLessThanOrEqual(4_096);
  });

  it('has 0 for nothing', () => {
    expect(new QuantileHistogram().quantile(0.99)).toBe(0);
  });
});
