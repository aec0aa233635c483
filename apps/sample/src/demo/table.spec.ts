import { describe, expect, it } from '@jest/globals';
import { bar, tableLines } from './table.js';

describe('tableLines', () => {
  it('makes columns as wide as what is in them, words to the left and numbers to the right', () => {
    const columns = [
      { title: 'shard', align: 'left' },
      { title: 'cities', align: 'right' },
    ] as const;
    expect(tableLines(columns, [['shard10', '5'], ['s', '1,234,567'], ['without']])).toEqual([
      'shard       cities',
      '──────────────────',
      'shard10          5',
      's        1,234,567',
      'without',
    ]);
  });
});

describe('bar', () => {
  it.each([
    [0, ''],
    [0.5, '██'],
    [0.53125, '██▏'],
    [0.96, '███▉'],
    [1, '████'],
    [7, '████'],
    [NaN, ''],
  ])('of %p', (share, expected) => {
    expect(bar(share, 4)).toBe(expected);
  });
});
