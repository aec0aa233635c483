import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEntry, encodeEntry } from './entry-codec.js';

describe('an entry as text', () => {
  it('comes back as it was, whatever JSON value it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.nat(), fc.nat(), (raw, createdAt, expiresAt) => {
        const value: unknown = JSON.parse(JSON.stringify(raw));
        expect(decodeEntry(encodeEntry('k', { value, createdAt, expiresAt }))).toEqual({ value, createdAt, expiresAt });
      }),
    );
  });

  it('is readable', () => {
    expect(encodeEntry('k', { value: { a: null }, createdAt: 1, expiresAt: 2.5 })).toBe('1j;1;2;{"a":null}');
  });

  it.each(['', 'null', '{"value":1}', '2j;1;2;3', '1m;1;2;3', '1j;1;2;', '1j;1;2;{', '1j;x;2;3', '1j;1;2'])(
    'of another kind (%p) is a miss, not a crash',
    (text) => {
      expect(decodeEntry(text)).toBeUndefined();
    },
  );

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  it.each([[cycle], [1n], [() => 1], [Symbol('s')], [undefined]])('cannot hold %p, and says so', (value) => {
    expect(() => encodeEntry('k', { value, createdAt: 1, expiresAt: 2 })).toThrow(
      expect.objectContaining({ code: 'ENVOL_CACHE_UNSERIALIZABLE', message: expect.stringContaining('"k"') }),
    );
  });
});
