import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { md5 } from './md5.js';

const hex = (text: string) => Buffer.from(Int32Array.from(md5(text)).buffer).toString('hex');

describe('md5', () => {
  // The test suite of RFC 1321, appendix A.5.
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('of %p is %p, as in RFC 1321', (text, sum) => {
    expect(hex(text)).toBe(sum);
  });

  it('is that of node:crypto for texts of every length and script', () => {
    const ofNode = (text: string) => createHash('md5').update(text).digest('hex');
    for (let length = 0; length <= 200; length++) expect(hex('x'.repeat(length))).toBe(ofNode('x'.repeat(length)));
    const texts = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 70 }), fc.string({ unit: 'binary' }));
    fc.assert(fc.property(texts, (text) => hex(text) === ofNode(text)));
  });
});
