import { describe, expect, it } from '@jest/globals';
import { resolveMemoryOptions } from './memory-options.js';

describe('the options', () => {
  it('have the defaults that the README names', () => {
    expect(resolveMemoryOptions({})).toEqual({
      limits: { heapUsed: { soft: { share: 0.75 }, hard: { share: 0.9 } }, rss: { soft: { share: 0.85 } } },
      interval: 500,
      hysteresis: { band: 0.1, enterSamples: 1, leaveAfter: 3_000, cooldown: 1_000 },
      reclaimTimeout: 1_000,
      gc: { enabled: true, minInterval: 10_000 },
      shed: { enabled: true, server: true, retryAfter: 5_000, exempt: ['/health', '/health/*', '/metrics'] },
    });
  });

  it('keep the default part of a limit that is not given', () => {
    const { limits } = resolveMemoryOptions({
      limits: { heapUsed: '300mb', rss: { hard: '95%' }, external: '100mb', 'cache:main': { soft: 10, hard: 20 } },
    });
    expect(limits).toEqual({
      heapUsed: { soft: { bytes: 300 * 1024 ** 2 }, hard: { share: 0.9 } },
      rss: { soft: { share: 0.85 }, hard: { share: 0.95 } },
      external: { soft: { bytes: 100 * 1024 ** 2 } },
      'cache:main': { soft: { bytes: 10 }, hard: { bytes: 20 } },
    });
    expect(resolveMemoryOptions({ limits: { rss: false, heapUsed: false } }).limits).toEqual({});
  });

  it.each([
    [{ limit: {} }, 'did you mean "limits"?'],
    [{ limits: { heapUsed: 'lots' } }, 'limits.heapUsed.soft: expected a size'],
    [{ hysteresis: { band: '60%' } }, `hysteresis.band: expected more than '0%' and at most '50%'`],
    [{ hysteresis: { band: 0.1 } }, 'hysteresis.band'],
    [{ hysteresis: { enterSamples: 0 } }, 'hysteresis.enterSamples'],
    [{ gc: { minimum: '1s' } }, 'gc: "minimum" is not an option'],
    [{ shed: { exempt: ['health'] } }, `expected a path such as '/health' or '/health/*'`],
    [{ shed: { exempt: ['/he*lth'] } }, `expected a path such as '/health' or '/health/*'`],
    [{ shed: { retryAfter: 0 } }, 'shed.retryAfter'],
    [{ interval: '1ms' }, 'interval: expected a duration'],
  ])('%j are refused at the start, and the message names the field', (options, message) => {
    expect(() => resolveMemoryOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'ENVOL_MEMORY_INVALID_OPTIONS', message: expect.stringContaining(message) }),
    );
  });
});
