import { describe, expect, it } from '@jest/globals';
import { warningsOf } from './warnings.js';

const sound = { drift: 0.01, wall: 1_000, returnsNothing: false, count: 100, inputs: 10, hasGc: true };

describe('warningsOf', () => {
  it('has nothing to say of a sound measurement', () => {
    expect(warningsOf(sound)).toEqual([]);
    expect(warningsOf({ ...sound, drift: Infinity, returnsNothing: true })).toEqual([]);
  });

  it.each([
    [{ drift: 0.2 }, 'its time still changed after the warm-up'],
    [{ returnsNothing: true, wall: 5 }, 'it returns nothing'],
    [{ count: 5 }, 'does not go through all of its inputs'],
    [{ hasGc: false }, 'garbage could not be collected'],
  ])('tells what may be doubted: %j', (doubt, warning) => {
    expect(warningsOf({ ...sound, ...doubt })).toEqual([expect.stringContaining(warning)]);
  });
});
