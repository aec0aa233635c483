import { describe, it, expect } from '@jest/globals';
import { Between, Equal, In, MoreThan, Not } from 'typeorm';
import { keysFixedBy } from './key-filter.js';

describe('the shard keys that a condition fixes', () => {
  it.each<[string, unknown, unknown]>([
    ['a value', { id: 5, name: 'x' }, [5]],
    ['Equal', { id: Equal(5) }, [5]],
    ['In', { id: In([5, 6]) }, [5, 6]],
    ['alternatives that all name it', [{ id: 5 }, { id: In([7]) }], [5, 7]],
    ['one alternative that does not', [{ id: 5 }, { name: 'x' }], undefined],
    ['another column', { name: 'x' }, undefined],
    ['a comparison', { id: MoreThan(5) }, undefined],
    ['a range', { id: Between(5, 5) }, undefined],
    ['a negation', { id: Not(5) }, undefined],
    ['a negated In', { id: Not(In([5])) }, undefined],
    ['an empty In', { id: In([]) }, undefined],
    ['null', { id: null }, undefined],
    ['no condition', undefined, undefined],
    ['no alternative', [], undefined],
  ])('%s', (_, where, keys) => {
    expect(keysFixedBy(where, 'id')).toEqual(keys);
  });
});
