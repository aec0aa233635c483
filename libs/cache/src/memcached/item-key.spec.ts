import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { itemKey } from './item-key.js';

const keys = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((key) => Buffer.byteLength(key) <= 200);

describe('the key of an item', () => {
  it.each([
    ['city:1', 'envol:main:city:1'],
    ['Zürich', 'envol:main:Zürich'],
    ['a b', 'envol:main:~yGh6CKpdbtIEQyj6aml6uOltw0KR6MIDSujDjm_MbWU'],
  ])('of %p is %p', (key, item) => {
    expect(itemKey('envol:main', key)).toBe(item);
  });

  it('is one that memcached takes, whatever the key', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom('envol:main', `${'p'.repeat(40)}:${'s'.repeat(100)}`), (key, keyspace) => {
        const item = itemKey(keyspace, key);
        expect(Buffer.byteLength(item)).toBeLessThanOrEqual(250);
        expect([...Buffer.from(item)].every((byte) => byte > 0x20 && byte !== 0x7f)).toBe(true);
        expect(item.startsWith(`${keyspace}:`)).toBe(true);
      }),
    );
  });

  it('is another one for another key, also for one that looks like a hash', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        expect(itemKey('k', one) === itemKey('k', other)).toBe(one === other);
      }),
    );
    const hashed = itemKey('k', 'a b').slice('k:'.length);
    expect(itemKey('k', hashed)).not.toBe(itemKey('k', 'a b'));
  });
});
