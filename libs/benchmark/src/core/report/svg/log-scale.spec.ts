import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logScale } from './log-scale.js';

const times = fc.array(fc.double({ min: 1e-2, max: 1e11, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('logScale', () => {
  it('puts equal ratios equally far apart', () => {
    const { at } = logScale([1, 100], 0, 1_000);
    expect(at(10) - at(1)).toBeCloseTo(at(100) - at(10), 9);
  });

  it('keeps every value within the range, and in order', () => {
    fc.assert(
      fc.property(times, (values) => {
        const places = values.toSorted((one, other) => one - other).map(logScale(values, 20, 500).at);
        expect(places).toEqual(places.toSorted((one, other) => one - other));
        expect(Math.min(...places)).toBeGreaterThanOrEqual(20);
        expect(Math.max(...places)).toBeLessThanOrEqual(500);
      }),
    );
  });

  it('has a few round ticks, all within the range, from a spread of nothing to that of a billion', () => {
    fc.assert(
      fc.property(times, (values) => {
        const { at, ticks } = logScale(values, 20, 500);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const tick of ticks) {
          expect(at(tick)).toBeGreaterThanOrEqual(20 - 1e-6);
          expect(at(tick)).toBeLessThanOrEqual(500 + 1e-6);
        }
      }),
    );
  });

  it.each([
    [
      [18, 450],
      [20, 50, 100, 200, 500],
    ],
    [
      [1.1, 1.29],
      [1.1, 1.15, 1.2, 1.25, 1.3],
    ],
    [
      [3, 5e7],
      [10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
    ],
  ])('takes round numbers for %j', (values, ticks) => {
    expect(logScale(values, 0, 100).ticks).toEqual(ticks.map((tick) => expect.closeTo(tick, 9)));
  });

  it('does not blow up the smallest differences', () => {
    const { at } = logScale([100, 100.1], 0, 1_000);
    expect(at(100.1) - at(100)).toBeLessThan(5);
  });
});
