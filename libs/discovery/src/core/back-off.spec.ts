import { describe, expect, it } from '@jest/globals';
import { BackOff } from './back-off.js';

describe('BackOff', () => {
  it('doubles from 250 ms to 5 s, and each pause is in the upper half of its range', () => {
    const pauses = (random: () => number) => {
      const backOff = new BackOff(random);
      return Array.from({ length: 7 }, () => backOff.next());
    };
    expect(pauses(() => 0)).toEqual([125, 250, 500, 1_000, 2_000, 2_500, 2_500]);
    expect(pauses(() => 1)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('begins anew after a success', () => {
    const backOff = new BackOff(() => 1);
    backOff.next();
    backOff.next();
    backOff.reset();
    expect(backOff.next()).toBe(250);
  });
});
