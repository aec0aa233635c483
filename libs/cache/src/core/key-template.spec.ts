import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileKeyTemplate } from './key-template.js';

class WithGetter {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  get id(): number {
    return this.#id;
  }
}

describe('a key template', () => {
  it.each<[string, readonly unknown[], string]>([
    ['city:{0}', [42], 'city:42'],
    ['city:{0}', ['42'], 'city:42'],
    ['{1}/{0}', ['a', 7n], '7/a'],
    ['user:{0.id}:{0.address.zip}', [{ id: 3, address: { zip: '8000' } }], 'user:3:8000'],
    ['all', [], 'all'],
    ['q:{0}', [null], 'q:~null'],
    ['q:{0}', [], 'q:~undefined'],
    ['q:{0}', [true], 'q:~true'],
    ['q:{0}', [NaN], 'q:~NaN'],
    ['q:{0}', ['\ud800'], 'q:%D800'],
    ['q:{0}', ['\u{1f600}'], 'q:\u{1f600}'],
    ['q:{0.id}', [new WithGetter(7)], 'q:7'],
    ['q:{0}', [new Date(0)], 'q:~1970-01-01T00%3A00%3A00.000Z'],
    ['q:{0}', ['Zürich'], 'q:Zürich'],
    ['q:{0.page}', [{ page: undefined }], 'q:~undefined'],
  ])('%p of %p is %p', (template, args, key) => {
    expect(compileKeyTemplate(template)(...args)).toBe(key);
  });

  it('escapes what has a meaning in patterns, clusters or keys', () => {
    expect(compileKeyTemplate('q:{0}')('a*b?[c]{d}:e~\n')).toBe('q:a%2Ab%3F%5Bc%5D%7Bd%7D%3Ae%7E%0A');
  });

  it.each([
    ['{0.id}', [{ idd: 1 }]],
    ['{0.id}', ['a text']],
    ['{0.id}', []],
    ['{0.constructor}', [{}]],
    ['{0.toString}', [{}]],
    ['{0.a.b}', [{ a: null }]],
  ])('%p of %j is refused, since what is not there would be one key for everybody', (template, args) => {
    expect(() => compileKeyTemplate(template)(...args)).toThrow(/without a property/);
  });

  it('never gives one key for two values of different types', () => {
    const key = compileKeyTemplate('{0}');
    const values = [
      true,
      'true',
      NaN,
      'NaN',
      null,
      'null',
      undefined,
      'undefined',
      '~null',
      new Date(0),
      new Date(0).toISOString(),
    ];
    expect(new Set(values.map((value) => key(value))).size).toBe(values.length);
  });

  it('never gives one key for two different lists of texts', () => {
    const key = compileKeyTemplate('k:{0}:{1}');
    const pair = fc.tuple(fc.string({ unit: 'binary' }), fc.string());
    fc.assert(
      fc.property(pair, pair, ([a, b], [c, d]) => {
        fc.pre(a !== c || b !== d);
        expect(key(a, b)).not.toBe(key(c, d));
      }),
    );
  });

  it('never passes the longest key, however long the values are', () => {
    const key = compileKeyTemplate('k:{0}');
    const long = key('x'.repeat(10_000));
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(200);
    expect(Buffer.byteLength(key('\u4e2d'.repeat(100)))).toBeLessThanOrEqual(200);
    expect(long).not.toBe(key('x'.repeat(10_001)));
  });

  it.each(['', 'city:{}', 'city:{id}', 'city:{0', 'city:0}', '{0.}', '{-1}'])('%p is refused', (template) => {
    expect(() => compileKeyTemplate(template)).toThrow(
      expect.objectContaining({ code: 'ENVOL_CACHE_INVALID_KEY_TEMPLATE' }),
    );
  });

  it.each([[{}], [[]], [Symbol('s')], [() => 1], [new Date(NaN)]])(
    'refuses %p as a value, since it says nothing about its content',
    (value) => {
      expect(() => compileKeyTemplate('k:{0}')(value)).toThrow(/as a value/);
    },
  );
});
