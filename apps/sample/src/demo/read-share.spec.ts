import { describe, expect, it } from '@jest/globals';
import { readShares, type Observation } from './read-share.js';

/** At `at`, after so many reads in all, calls and writes. */
function seen(at: number, readsAnswered: number, calls: number, writesAnswered = 0, underWay = 0): Observation {
  return { at, readsAnswered, calls, writesAnswered, underWay };
}

describe('readShares', () => {
  it('gives the part of the reads that reached a replica, for every second', () => {
    expect(readShares([seen(0, 0, 10), seen(1, 100, 60), seen(2, 200, 80)], 50)).toEqual([
      { from: 0, to: 1, share: 0.5 },
      { from: 1, to: 2, share: 0.2 },
    ]);
  });

  it('does not take the calls of writes for those of reads', () => {
    expect(readShares([seen(0, 0, 0, 3), seen(1, 100, 60, 23)], 50)).toEqual([{ from: 0, to: 1, share: 0.4 }]);
  });

  it('judges a second in which hardly anything was answered together with the next', () => {
    expect(readShares([seen(0, 0, 0), seen(1, 5, 0), seen(2, 200, 100)], 50)).toEqual([{ from: 0, to: 2, share: 0.5 }]);
  });

  it('judges a second at whose end much was under way together with the next', () => {
    expect(readShares([seen(0, 0, 0), seen(1, 100, 5, 0, 21), seen(2, 200, 100, 0, 0)], 50)).toEqual([
      { from: 0, to: 2, share: 0.5 },
    ]);
    expect(readShares([seen(0, 0, 0), seen(1, 100, 5, 0, 20), seen(2, 200, 100, 0, 0)], 50)).toHaveLength(2);
  });

  it('judges a last second that says little together with the one before, so that nothing is left out', () => {
    expect(readShares([seen(0, 0, 0), seen(1, 100, 50), seen(1.2, 110, 50)], 50)).toEqual([
      { from: 0, to: 1.2, share: 50 / 110 },
    ]);
  });

  it('says nothing when nothing was answered', () => {
    expect(readShares([], 50)).toEqual([]);
    expect(readShares([seen(0, 0, 0), seen(1, 0, 0)], 50)).toEqual([]);
  });
});
