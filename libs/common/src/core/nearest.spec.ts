import { describe, expect, it } from '@jest/globals';
import { nearest } from './nearest.js';

describe('nearest', () => {
  const names = ['ttl', 'prefix', 'stores', 'default'];
  it.each([
    ['tll', 'ttl'],
    ['prefx', 'prefix'],
    ['Stores', 'stores'],
    ['defualt', 'default'],
    ['colour', undefined],
  ])('guesses that %p meant %p', (word, meant) => {
    expect(nearest(word, names)).toBe(meant);
  });
});
