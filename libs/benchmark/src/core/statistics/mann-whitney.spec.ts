import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mannWhitney } from './mann-whitney.js';

const samples = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
/** Few different values: many ties. */
const tied = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 });
const either = fc.oneof(samples, tied);

/** Samples without ties, `m` and `n` of them, whose u is the one asked for. */
function withU(m: number, n: number, u: number): [a: number[], b: number[]] {
  const b = Array.from({ length: n }, (_, index) => index + 1);
  let left = u;
  const a = Array.from({ length: m }, (_, index) => {
    const won = Math.min(n, left);
    left -= won;
    return won + 0.5 - index / 1_000;
  });
  return [a, b];
}

describe('mannWhitney', () => {
  it('is what R has for the permeability of the chorioamnion (Hollander and Wolfe 1973, in ?wilcox.test)', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const weeks12To26 = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { u, p } = mannWhitney(term, weeks12To26);
    expect(u).toBe(35);
    // One-sided, R prints 0.1272.
    expect(p / 2).toBeCloseTo(0.1272, 4);
  });

  it('is what the documentation of scipy.stats.mannwhitneyu has for the age of diagnosis', () => {
    const { u, p } = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(u).toBe(17);
    expect(p).toBeCloseTo(0.1111111111111111, 14);
  });

  it('has the chances of the table of Mann and Whitney (1947) for five against five', () => {
    const table = [0.004, 0.008, 0.016, 0.028, 0.048, 0.075, 0.111, 0.155, 0.21, 0.274, 0.345, 0.421, 0.5];
    const oneSided = table.map((_, u) => mannWhitney(...withU(5, 5, u)).p / 2);
    expect(oneSided.map((p) => Number(p.toFixed(3)))).toEqual(table);
  });

  it.each([
    [5, 5, 0],
    [8, 8, 7],
    [10, 10, 16],
    [15, 15, 51],
    [20, 20, 105],
    [4, 9, 1],
    [12, 18, 47],
  ])('has the critical value of the printed tables for 1 %%, two-sided: %d against %d, %d', (m, n, critical) => {
    expect(mannWhitney(...withU(m, n, critical)).p).toBeLessThanOrEqual(0.01);
    expect(mannWhitney(...withU(m, n, critical + 1)).p).toBeGreaterThan(0.01);
  });

  // scipy 1.17.1, mannwhitneyu(a, b, method='asymptotic')
  it.each([
    [[1, 2, 3, 4, 4, 5], [4, 5, 6, 7, 7, 8, 9], 2.5, 0.009517394767079006],
    [[1.1, 2.2, 2.2, 3.5, 4.1, 4.1, 4.1, 6], [2.2, 4.1, 5.5, 6, 6, 7.3, 8.8], 10.5, 0.0455251746594965],
    [[12, 15, 15, 18, 20, 20, 20, 25, 31, 31], [15, 20, 25, 25, 31, 31, 40, 40, 44, 50], 19.5, 0.021852459104212334],
  ])('corrects for ties: %j against %j', (a, b, u, p) => {
    expect(mannWhitney(a, b)).toEqual({ u, p: expect.closeTo(p, 12) });
  });

  it('is exact for 60 samples, and approximates from 61 on', () => {
    const a = Array.from({ length: 31 }, (_, index) => 100 + ((index * 37) % 101));
    const b = Array.from({ length: 30 }, (_, index) => 112.5 + ((index * 53) % 97));
    // scipy 1.17.1, method='exact' and method='asymptotic'
    expect(mannWhitney(a.slice(0, 30), b)).toEqual({ u: 378, p: expect.closeTo(0.2927910521948169, 12) });
    expect(mannWhitney(a, b)).toEqual({ u: 406, p: expect.closeTo(0.39870554241743494, 12) });
  });

  it('has p 1 where there is nothing to tell apart', () => {
    expect(mannWhitney([5, 5, 5], [5, 5])).toEqual({ u: 3, p: 1 });
    expect(mannWhitney([1, 4], [2, 3]).p).toBe(1);
  });

  it('is the same seen from the other side', () => {
    fc.assert(
      fc.property(either, either, (a, b) => {
        const [one, other] = [mannWhitney(a, b), mannWhitney(b, a)];
        return one.u + other.u === a.length * b.length && Math.abs(one.p - other.p) < 1e-12;
      }),
    );
  });

  it('does not depend on the unit, nor on the order of the samples', () => {
    fc.assert(
      fc.property(either, either, (a, b) => {
        const scaled = mannWhitney(
          a.toReversed().map((value) => value * 1024),
          b.map((value) => value * 1024),
        );
        expect(scaled).toEqual(mannWhitney(a, b));
      }),
    );
  });

  it('has a p above 0 and not above 1', () => {
    fc.assert(
      fc.property(either, either, (a, b) => {
        const { p } = mannWhitney(a, b);
        return p > 0 && p <= 1;
      }),
    );
  });

  it('refuses what is no sample', () => {
    expect(() => mannWhitney([], [1])).toThrow('There are no samples');
    expect(() => mannWhitney([1], [NaN])).toThrow('A sample is NaN');
  });
});
