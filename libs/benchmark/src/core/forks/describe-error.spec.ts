import { describe, expect, it } from '@jest/globals';
import { describeError } from './describe-error.js';

function errorWith(stack: string): Error {
  return Object.assign(new RangeError('too far'), { stack });
}

describe('describeError', () => {
  it('has the name, the message and the place, of modules and of files on either system', () => {
    const at = (place: string) => describeError(errorWith(`RangeError: too far\n    at ${place}\n    at last`));
    expect(at('find (file:///app/cities.js:3:7)')).toBe('RangeError: too far (at file:///app/cities.js:3:7)');
    expect(at('/app/cities.cjs:3:7')).toBe('RangeError: too far (at /app/cities.cjs:3:7)');
    expect(at(String.raw`find (C:\app\cities.cjs:3:7)`)).toBe(
      String.raw`RangeError: too far (at C:\app\cities.cjs:3:7)`,
    );
  });

  it('passes over what is in Node itself, and has no place when there is none', () => {
    const stack = 'RangeError: too far\n    at node:internal/timers:1:2\n    at file:///app/cities.js:3:7';
    expect(describeError(errorWith(stack))).toBe('RangeError: too far (at file:///app/cities.js:3:7)');
    expect(describeError(errorWith('RangeError: too far'))).toBe('RangeError: too far');
  });

  it('has what is no error as a text, and no more than one can read', () => {
    expect(describeError('gone')).toBe('gone');
    expect(describeError(undefined)).toBe('undefined');
    expect(describeError('x'.repeat(10_000))).toHaveLength(2_000);
    expect(describeError(new Error('x'.repeat(10_000))).length).toBeLessThan(2_500);
  });
});
