import { describe, expect, it } from '@jest/globals';
import { crc32 } from './crc32.js';

describe('crc32', () => {
  it.each([
    ['hello', 907_060_870],
    ['123456789', 0xcbf43926],
    ['', 0],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of %p is %p, as in zlib and PHP', (text, sum) => {
    expect(crc32(text)).toBe(sum);
  });

  it('reads text as UTF-8', () => {
    expect(crc32('é')).toBe(crc32(Buffer.from([0xc3, 0xa9]).toString('utf8')));
    expect(crc32('é')).not.toBe(crc32('e'));
  });
});
