import { describe, expect, it } from '@jest/globals';
import { DurationStats } from './duration-stats.js';

describe('DurationStats', () => {
  it('has count, errors, least, most, mean and quantiles', () => {
    const stats = new DurationStats();
    for (let index = 1; index <= 100; index++) stats.record(index / 100, index > 97 ? 'error' : 'ok');
    const { p50, p95, p99, mean, ...rest } = stats.summary();
    expect(rest).toEqual({ count: 100, errors: 3, min: 0.01, max: 1 });
    expect(mean).toBeCloseTo(0.505);
    expect(p50).toBeCloseTo(0.5, 1);
    expect(p95).toBeCloseTo(0.95, 1);
    expect(p99).toBeCloseTo(0.99, 1);
  });

  it('never has a quantile beyond what was measured', () => {
    const stats = new DurationStats();
    stats.record(0.0101, 'ok');
    expect(stats.summary()).toMatchObject({ min: 0.0101, p50: 0.0101, p99: 0.0101, max: 0.0101 });
  });
});
