import { describe, expect, it } from '@jest/globals';
import { formatRoundTime, formatTime, timeUnitFor } from './time-unit.js';

describe('timeUnitFor', () => {
  it.each([
    [[0.31, 5], 'ns', '0.31', '5.00'],
    [[5, 12_000_000], 'ns', '5.00', '12,000,000.00'],
    [[999, 1_000], 'ns', '999', '1,000'],
    [[1_000, 25_000], 'µs', '1.00', '25.00'],
    [[12_345, 345_678], 'µs', '12.3', '345.7'],
    [[1e6, 2e6], 'ms', '1.00', '2.00'],
    [[2.5e9, 11e9], 's', '2.50', '11.00'],
  ] as const)('writes all of %j in %s, as the shortest needs it', (times, name, first, second) => {
    const unit = timeUnitFor(times);
    expect([unit.name, unit.format(times[0]), unit.format(times[1])]).toEqual([name, first, second]);
  });
});

describe('formatTime', () => {
  it('takes the unit that suits one time', () => {
    expect([0.4, 41_352, 5.3e7].map(formatTime)).toEqual(['0.40 ns', '41.4 µs', '53.0 ms']);
  });
});

describe('formatRoundTime', () => {
  it('has no needless zeros', () => {
    expect([0.5, 5_000, 1_050_000, 150_000.00000000003].map(formatRoundTime)).toEqual([
      '0.5 ns',
      '5 µs',
      '1.05 ms',
      '150 µs',
    ]);
  });
});
