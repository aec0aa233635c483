import { describe, expect, it } from '@jest/globals';
import { resolvePerformanceOptions } from './performance-options.js';

describe('options of the module', () => {
  it('have defaults for everything', () => {
    expect(resolvePerformanceOptions()).toEqual({
      http: true,
      process: true,
      maxSeries: 1_000,
      buckets: {},
      cacheFor: 1_000,
      collectTimeout: 5_000,
    });
  });

  it.each([
    ['bounds out of order', { buckets: { envol_x_seconds: [1, 0.5] } }, 'buckets.envol_x_seconds: expected ascending'],
    ['a bound twice', { buckets: { envol_x_seconds: [1, 1] } }, 'expected ascending upper bounds'],
    ['no bounds', { buckets: { envol_x_seconds: [] } }, 'buckets.envol_x_seconds'],
    ['a bound that is no number', { buckets: { envol_x_seconds: [NaN] } }, 'buckets.envol_x_seconds.0'],
    ['too few series', { maxSeries: 1 }, 'maxSeries'],
    ['a negative time', { cacheFor: -1 }, 'cacheFor: expected a duration'],
    ['an option that is none', { cacheTime: 5 }, '"cacheTime" is not an option'],
  ])('refuse %s by name', (_what, options: object, problem) => {
    expect(() => resolvePerformanceOptions(options)).toThrow(
      expect.objectContaining({ code: 'ENVOL_PERFORMANCE_INVALID_OPTIONS', message: expect.stringContaining(problem) }),
    );
  });
});
