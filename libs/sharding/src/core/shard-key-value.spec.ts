import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { canonicalKey, hashOf, SLOT_COUNT, slotOf } from './shard-key-value.js';

describe('canonicalKey', () => {
  it.each([
    [42, '42'],
    [42n, '42'],
    ['42', '42'],
    [-7, '-7'],
    [-0, '0'],
    [1.0, '1'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [9_007_199_254_740_993n, '9007199254740993'],
    ['042', '042'],
    [' 42', ' 42'],
    ['Köln', 'Köln'],
    ['ABC', 'ABC'],
    ['F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
    ['F81D4FAE-7DEC-11D0-A765-00A0C91E6BF', 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF'],
    [new Date(Date.UTC(2030, 0, 1)), '2030-01-01T00:00:00.000Z'],
  ])('makes %p the text %p', (value, canonical) => {
    expect(canonicalKey(value)).toBe(canonical);
  });

  it.each([
    [undefined],
    [null],
    [''],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1.5],
    [2 ** 53],
    [true],
    [{}],
    [[1]],
    [Symbol('key')],
    [() => 'now()'],
    [new Date(Number.NaN)],
  ])('refuses %p', (value) => {
    expect(() => canonicalKey(value)).toThrow(expect.objectContaining({ code: 'ENVOL_SHARDING_INVALID_KEY' }));
  });

  it('takes an integer, its bigint and its digits for one key', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(canonicalKey(value)).toBe(canonicalKey(BigInt(value)));
        expect(canonicalKey(value)).toBe(canonicalKey(String(value + 0)));
      }),
    );
  });

  it('takes a UUID in either case for one key', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => expect(canonicalKey(uuid.toUpperCase())).toBe(uuid)));
  });

  it('is its own canonical text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) =>
        expect(canonicalKey(canonicalKey(text))).toBe(canonicalKey(text)),
      ),
    );
  });
});

describe('hashOf', () => {
  // The same as PHP's crc32() and `printf hello | gzip -c | tail -c8 | head -c4`.
  it.each([
    ['hello', 907_060_870],
    ['123456789', 3_421_780_262],
    ['', 0],
    ['42', 841_265_288],
    ['Köln', 795_358_715],
  ])('gives CRC-32 of %p', (text, hash) => {
    expect(hashOf(text)).toBe(hash);
  });
});

describe('slotOf', () => {
  it.each([
    ['hello', 907_060_870 % SLOT_COUNT],
    [42, 841_265_288 % SLOT_COUNT],
  ])('gives the low 14 bits of the hash of %p', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  it('gives every key a slot', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.maxSafeInteger(), fc.bigInt()), (key) => {
        const slot = slotOf(key);
        expect(Number.isInteger(slot) && slot >= 0 && slot < SLOT_COUNT).toBe(true);
      }),
    );
  });
});
