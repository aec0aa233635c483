import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals, SORT_KINDS } from './sort-kinds.js';

function sorted(type: string, values: readonly unknown[]): unknown[] {
  const kind = SORT_KINDS[type];
  if (kind === undefined) throw new Error(type);
  return values.toSorted((a, b) => kind.compare(kind.read(a) ?? '', kind.read(b) ?? ''));
}

describe('the order of', () => {
  it('bigint goes by value, also as text and beyond 2^53', () => {
    expect(sorted('bigint', ['9007199254740993', '9', 10n, '-1', '9007199254740992'])).toEqual([
      '-1',
      '9',
      10n,
      '9007199254740992',
      '9007199254740993',
    ]);
  });

  it('numeric goes by value, digit by digit', () => {
    expect(sorted('numeric', ['NaN', '10', '9.99', '-0.5', '-0.50001', 'Infinity', '-Infinity', '0.1'])).toEqual([
      '-Infinity',
      '-0.50001',
      '-0.5',
      '0.1',
      '9.99',
      '10',
      'Infinity',
      'NaN',
    ]);
    expect(compareDecimals('1.10', '1.1')).toBe(0);
    expect(compareDecimals('0', '-0.0')).toBe(0);
    expect(compareDecimals('0.10000000000000000000001', '0.1')).toBe(1);
  });

  const max = Number.MAX_SAFE_INTEGER;
  const number = fc.oneof(fc.double({ noNaN: true, min: -max, max }), fc.maxSafeInteger());

  it('numbers that SQLite keeps as decimals goes by value, with exponents too', () => {
    const decimal = SORT_KINDS['decimal'];
    fc.assert(fc.property(number, (value) => expect(Number(decimal?.read(value))).toBe(value + 0)));
    fc.assert(
      fc.property(number, number, (a, b) => {
        const order = decimal?.compare(decimal.read(a) ?? '', decimal.read(b) ?? '');
        expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(['-1e-7', '1.5e-10', '-1.25e-7'].map((text) => decimal?.read(Number(text)))).toEqual([
      '-0.0000001',
      '0.00000000015',
      '-0.000000125',
    ]);
  });

  it('float has NaN last and -0 beside 0', () => {
    expect(sorted('double precision', [Number.NaN, 1, Number.POSITIVE_INFINITY, -1])).toEqual([
      -1,
      1,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect(SORT_KINDS['real']?.compare(-0, 0)).toBe(0);
    expect(SORT_KINDS['real']?.compare(Number.NaN, Number.NaN)).toBe(0);
  });

  it('text goes by the bytes of UTF-8, not by UTF-16', () => {
    expect(sorted('text', ['é', 'a', '\u{1F600}', '￿', 'B', ''])).toEqual(['', 'B', 'a', 'é', '￿', '\u{1F600}']);
  });

  it.each([
    ['integer', 2 ** 53],
    ['integer', '1.0'],
    ['date', Number.POSITIVE_INFINITY],
    ['timestamp with time zone', Number.POSITIVE_INFINITY],
    ['timestamp with time zone', new Date(Number.NaN)],
    ['boolean', 1],
    ['numeric', '1e5'],
    ['decimal', 2 ** 53],
    ['decimal', -1e300],
    ['decimal', Number.POSITIVE_INFINITY],
  ])('%s has no place for %p', (type, value) => {
    expect(SORT_KINDS[type]?.read(value)).toBeUndefined();
  });
});
