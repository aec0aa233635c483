import { describe, expect, it } from '@jest/globals';
import { parseByteSize, parseDuration } from './units.js';

describe('parseDuration', () => {
  it.each([
    [250, 250],
    [0, 0],
    ['250ms', 250],
    ['2s', 2_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
  ])('reads %p as %p milliseconds', (value, milliseconds) => {
    expect(parseDuration(value)).toBe(milliseconds);
  });

  it.each([-1, NaN, Infinity, '5', '5 m', 'm', '5M', '-5m', '5mm', '', null, undefined, {}])('refuses %p', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});

describe('parseByteSize', () => {
  it.each([
    [512, 512],
    ['512b', 512],
    ['1kb', 1_024],
    ['64mb', 67_108_864],
    ['1.5gb', 1_610_612_736],
    ['0.3b', 0],
  ])('reads %p as %p bytes', (value, bytes) => {
    expect(parseByteSize(value)).toBe(bytes);
  });

  it.each([-1, '64', '64MB', '64m', null])('refuses %p', (value) => {
    expect(parseByteSize(value)).toBeUndefined();
  });
});
