import { describe, expect, it, jest } from '@jest/globals';
import { BoundedMap } from './bounded-map.js';

describe('BoundedMap', () => {
  it('gives the same value for the same key', () => {
    const map = new BoundedMap<object>(2);
    expect(map.find('a', () => ({}))).toBe(map.find('a', () => ({})));
  });

  it('holds no more than its limit, says so once, and keeps serving the keys it has', () => {
    const onOverflow = jest.fn();
    const map = new BoundedMap<string>(2, onOverflow);
    for (const key of ['a', 'b', 'c', 'd', 'a']) map.find(key, () => key);
    expect([...map.values()]).toEqual(['a', 'b']);
    expect(map.find('c', () => 'c')).toBeUndefined();
    expect(map.find('b', () => 'other')).toBe('b');
    expect(onOverflow).toHaveBeenCalledTimes(1);
  });

  it('has one value for all the rest, which is not made before it is needed', () => {
    const map = new BoundedMap<object>(0);
    expect([...map.values()]).toEqual([]);
    const rest = map.overflow(() => ({}));
    expect(map.overflow(() => ({}))).toBe(rest);
    expect([...map.values()]).toEqual([rest]);
  });
});
