import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';

const PRECISION = 0.001;

function histogramOf(...times: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  times.forEach((time) => histogram.record(time));
  return histogram;
}

function near(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(expected * PRECISION);
}

describe('LatencyHistogram', () => {
  // The data of HistogramDataAccessTest of HdrHistogram: 10,000 times 1 ms, then 100 s, one expected every 10 ms.
  const published = histogramOf(...Array.from({ length: 10_000 }, () => 1), 100_000);

  it('agrees with the published figures of HdrHistogram', () => {
    const summary = published.summary();
    expect(summary?.count).toBe(10_001);
    expect(summary?.mean).toBeCloseTo((10_000 * 1 + 100_000) / 10_001, 9);
    for (const percent of [30, 99, 99.99]) near(published.percentile(percent), 1);
    for (const percent of [99.999, 100]) near(published.percentile(percent), 100_000);
  });

  it('agrees with the published figures of its correction for coordinated omission', () => {
    const corrected = published.corrected(10);
    expect(corrected?.count).toBe(20_000);
    near(corrected?.mean, (1 * 10_000 + 50_000 * 10_000) / 20_000);
    near(corrected?.p50, 1);
    near(corrected?.p75, 50_000);
    near(corrected?.p90, 80_000);
    near(corrected?.p99, 98_000);
    near(corrected?.max, 100_000);
    expect(corrected?.min).toBe(1);
  });

  it('shows a stall that the raw figures hide', () => {
    const stalled = histogramOf(...Array.from({ length: 100 }, () => 1), 1_000);
    expect(stalled.count).toBe(101);
    near(stalled.summary()?.p99, 1);
    near(stalled.corrected(10)?.p99, 980);
    expect(stalled.corrected(10)?.max).toBe(1_000);
  });

  it('has the percentiles (nearest rank) of the sorted times to 0.1 %, and min, mean and max exactly', () => {
    const time = fc.oneof(
      fc.double({ min: 0.001, max: 10, noNaN: true }),
      fc.double({ min: 1, max: 3_600_000, noNaN: true }),
    );
    const percents = { p50: 50, p75: 75, p90: 90, p95: 95, p99: 99, 'p99.9': 99.9 } as const;
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 500 }), (times) => {
        const sorted = times.toSorted((a, b) => a - b);
        const summary = histogramOf(...times).summary() as LatencySummary;
        expect(summary.min).toBe(sorted[0]);
        expect(summary.max).toBe(sorted.at(-1));
        expect(summary.mean).toBeCloseTo(times.reduce((sum, each) => sum + each, 0) / times.length, 6);
        for (const [name, percent] of Object.entries(percents)) {
          const exact = sorted[Math.ceil((percent / 100) * sorted.length - 1e-9) - 1] ?? NaN;
          const found = summary[name as keyof typeof percents];
          // Half a microsecond is lost by rounding, on either side.
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * PRECISION + 0.000_5);
        }
      }),
    );
  });

  it('has nothing to tell of nothing, also after it was reset', () => {
    const histogram = histogramOf(5);
    histogram.reset();
    expect(histogram.summary()).toBeUndefined();
    expect(histogram.percentile(50)).toBeUndefined();
    expect(histogram.corrected(10)).toBeUndefined();
    histogram.record(2);
    expect(histogram.summary()).toMatchObject({ count: 1, min: 2, mean: 2, p50: 2, max: 2 });
  });

  it('takes what is longer than an hour, or less than nothing', () => {
    const summary = histogramOf(5_000_000, -1).summary();
    expect(summary).toMatchObject({ min: 0, max: 5_000_000 });
    near(summary?.p99, 3_600_000);
  });
});
