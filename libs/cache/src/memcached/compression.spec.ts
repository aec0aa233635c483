import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compress, decompress } from './compression.js';

describe('compression', () => {
  it('gives back every text that begins like an entry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
        const entry = `1j;1;2;${text}`;
        expect(decompress(compress(Buffer.from(entry)), 100_000)).toBe(entry);
      }),
    );
  });

  it('makes what repeats shorter, and leaves what does not as it was', () => {
    expect(compress(Buffer.from(`1j;1;2;${'x'.repeat(10_000)}`)).length).toBeLessThan(100);
    const incompressible = Buffer.concat([Buffer.from('1j;1;2;'), randomBytes(10_000)]);
    expect(compress(incompressible)).toBe(incompressible);
  });

  it('reads no more than it was told, however little it takes to write it', () => {
    const bomb = Buffer.concat([Buffer.from('d'), deflateRawSync(Buffer.alloc(50_000_000))]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(decompress(bomb, 1_000_000)).toBeUndefined();
  });

  it.each([Buffer.from('d'), Buffer.from('dxyz'), compress(Buffer.from('1'.repeat(5_000))).subarray(0, -3)])(
    'takes what is damaged (%p) for nothing',
    (bytes) => {
      expect(decompress(bytes, 1_000_000)).toBeUndefined();
    },
  );

  it('leaves what is not compressed as it is', () => {
    expect(decompress(Buffer.from('1j;1;2;3'), 10)).toBe('1j;1;2;3');
    expect(decompress(Buffer.alloc(0), 10)).toBe('');
  });
});
