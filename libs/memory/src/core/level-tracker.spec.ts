import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leaveThreshold, LevelTracker } from './level-tracker.js';
import { rankOf, type MemoryLevel } from './memory-level.js';

const limit = { soft: 1_000, hard: 2_000 };

function levels(values: readonly number[], options = {}, every = 1_000): MemoryLevel[] {
  const tracker = new LevelTracker({ band: 0.1, enterSamples: 1, leaveAfter: 3_000, ...options });
  return values.map((value, index) => {
    tracker.observe(value, limit, index * every);
    return tracker.level;
  });
}

describe('LevelTracker', () => {
  it('enters a level at its limit, and jumps over one', () => {
    expect(levels([999, 1_000, 1_999, 2_000])).toEqual(['normal', 'soft', 'soft', 'hard']);
    expect(levels([0, 5_000])).toEqual(['normal', 'hard']);
  });

  it('waits for enough samples in a row, and enters what all of them reached', () => {
    expect(levels([1_000, 1_000, 900, 1_000, 1_000, 1_000], { enterSamples: 3 })).toEqual([
      ...Array<string>(5).fill('normal'),
      'soft',
    ]);
    expect(levels([1_000, 2_500, 2_500, 2_500, 2_500, 2_500], { enterSamples: 3 }).slice(2)).toEqual([
      'soft',
      'soft',
      'soft',
      'hard',
    ]);
  });

  it('counts looks that are no samples only where one is enough, and lets them end a row', () => {
    const enter = (enterSamples: number, looks: readonly (readonly [value: number, isSample: boolean])[]) => {
      const tracker = new LevelTracker({ band: 0.1, enterSamples, leaveAfter: 3_000 });
      for (const [value, isSample] of looks) tracker.observe(value, limit, 0, isSample);
      return tracker.level;
    };
    expect(enter(1, [[1_000, false]])).toBe('soft');
    expect(
      enter(
        2,
        Array.from({ length: 9 }, () => [1_000, false] as const),
      ),
    ).toBe('normal');
    expect(enter(2, [[1_000, true], [1_000, false], [1_000, true]])).toBe('soft'); // prettier-ignore
    expect(enter(2, [[1_000, true], [900, false], [1_000, true]])).toBe('normal'); // prettier-ignore
    expect(enter(2, [[2_000, true], [1_000, false], [2_000, true]])).toBe('soft'); // prettier-ignore
  });

  it('leaves a level only after every sample of a while was below the band', () => {
    expect(levels([1_000, 899, 899, 899, 899])).toEqual(['soft', 'soft', 'soft', 'soft', 'normal']);
    expect(levels([1_000, 899, 899, 900, 899, 899, 899, 899])).toEqual([...Array<string>(7).fill('soft'), 'normal']);
    expect(levels([1_000, 899], { leaveAfter: 0 })).toEqual(['soft', 'normal']);
  });

  it('falls from hard no further than the highest that was held meanwhile', () => {
    expect(levels([2_000, 950, 500, 500, 500, 500, 500, 500, 500])).toEqual([
      ...Array<string>(4).fill('hard'),
      ...Array<string>(4).fill('soft'),
      'normal',
    ]);
  });

  it('is normal without a limit, at once', () => {
    const tracker = new LevelTracker({ band: 0.1, enterSamples: 1, leaveAfter: 3_000 });
    tracker.observe(5_000, limit, 0);
    tracker.observe(5_000, undefined, 1);
    expect(tracker.level).toBe('normal');
  });

  it('never changes while values stay inside the band of its level', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('soft' as const, 'hard' as const),
        fc.double({ min: 0.01, max: 0.3, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (level, band, positions) => {
          const top = { soft: 2_000, hard: 3_000 }[level];
          const low = leaveThreshold(limit[level], band);
          const tracker = new LevelTracker({ band, enterSamples: 1, leaveAfter: 0 });
          tracker.observe(limit[level], limit, 0);
          for (const [index, position] of positions.entries()) {
            tracker.observe(Math.floor(low + position * (top - low)), limit, index + 1);
            expect(tracker.level).toBe(level);
          }
        },
      ),
    );
  });

  it('never rises below a limit, and never falls faster than it may', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        (values, enterSamples, leaveSamples) => {
          const seen = levels(values, { enterSamples, leaveAfter: leaveSamples * 1_000 });
          for (const [index, level] of seen.entries()) {
            const before = seen[index - 1] ?? 'normal';
            if (level === before) continue;
            const recent = values.slice(Math.max(0, index - leaveSamples), index + 1);
            const mayRise = level !== 'normal' && (values[index] ?? 0) >= limit[level];
            const mayFall = before !== 'normal' && Math.max(...recent) < leaveThreshold(limit[before], 0.1);
            expect(rankOf(level) > rankOf(before) ? mayRise : mayFall).toBe(true);
          }
        },
      ),
    );
  });
});
