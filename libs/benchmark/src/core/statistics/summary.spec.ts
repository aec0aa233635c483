import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { summarise } from './summary.js';

const samples = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 50 });

describe('summarise', () => {
  it('describes samples as R does: summary(), quantile() and t.test() of 1:10', () => {
    const { margin, p99, ...others } = summarise([4, 3, 2, 1, 5, 6, 7, 10, 9, 8]);
    expect(others).toEqual({ min: 1, max: 10, avg: 5.5, median: 5.5, p75: 7.75 });
    expect(p99).toBeCloseTo(9.91, 12);
    // t.test(1:10)$conf.int is 3.334149 to 7.665851.
    expect(margin).toBeCloseTo((7.665851 - 3.334149) / 2 / 5.5, 6);
  });

  it('knows nothing of the spread of one sample, and says so by a margin of 100 %', () => {
    expect(summarise([42])).toEqual({ min: 42, max: 42, avg: 42, median: 42, p75: 42, p99: 42, margin: 1 });
  });

  it('has no margin where all samples are the same', () => {
    expect(summarise([5, 5, 5]).margin).toBe(0);
  });

  it('says the same of times in another unit', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const one = summarise(values);
        const scaled = summarise(values.map((value) => value * 1024));
        expect(scaled).toEqual({
          min: one.min * 1024,
          max: one.max * 1024,
          avg: one.avg * 1024,
          median: one.median * 1024,
          p75: one.p75 * 1024,
          p99: one.p99 * 1024,
          margin: one.margin,
        });
      }),
    );
  });

  it.each([[[]], [[1, NaN]], [[1, 0]], [[1, -1]], [[Infinity]]])('refuses samples that are no times: %j', (values) => {
    expect(() => summarise(values)).toThrow(expect.objectContaining({ code: 'ENVOL_BENCHMARK_INVALID_SAMPLES' }));
  });
});
