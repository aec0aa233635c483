import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expirySeconds } from './expiry.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);

describe('the expiry of an item', () => {
  it.each([
    ['1 ms', 1, 2],
    ['1 s', 1_000, 2],
    ['1.001 s', 1_001, 3],
    ['30 days, less a second', 30 * DAY - 1_000, 2_592_000],
    ['30 days', 30 * DAY, (NOW + 30 * DAY) / 1_000 + 1],
    ['a year', 365 * DAY, (NOW + 365 * DAY) / 1_000 + 1],
  ])('after %s', (_, ttl, seconds) => {
    expect(expirySeconds(NOW + ttl, NOW)).toBe(seconds);
  });

  it('is never before that of the entry, though memcached looks at its clock once a second; and soon after', () => {
    const times = [fc.integer({ min: 1, max: 10 * 365 * DAY }), fc.integer({ min: 0, max: 999 })] as const;
    fc.assert(
      fc.property(...times, (ttl, phase) => {
        const seconds = expirySeconds(NOW + ttl, NOW);
        // What memcached takes for now is up to a second ago; an item is gone when its second begins.
        const itsNow = NOW - phase;
        const gone = seconds > 2_592_000 ? seconds * 1_000 : itsNow + seconds * 1_000;
        expect(gone).toBeGreaterThanOrEqual(NOW + ttl);
        expect(gone).toBeLessThan(NOW + ttl + 3_000);
        expect(seconds).toBeLessThan(2 ** 32);
      }),
    );
  });
});
