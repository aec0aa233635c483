import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimateEntryBytes } from './entry-size.js';

const sizeOf = (value: unknown): number => estimateEntryBytes('k', value) - estimateEntryBytes('k', null);
const row = (id: number) => ({ id, name: `City ${id}`, country: 'FR', tags: ['a', 'b'] });

describe('the estimated size of an entry', () => {
  it('is a positive whole number for whatever there is', () => {
    fc.assert(
      fc.property(fc.string(), fc.anything({ withMap: true, withSet: true, withTypedArray: true }), (key, value) => {
        const bytes = estimateEntryBytes(key, value);
        expect(Number.isSafeInteger(bytes) && bytes > 0).toBe(true);
      }),
    );
  });

  it.each([
    ['a text', 'x'.repeat(100_000), 100_000],
    ['a text beyond Latin-1', '漢'.repeat(100_000), 200_000],
    ['a Buffer', Buffer.alloc(100_000), 100_000],
    ['a typed array', new Float64Array(12_500), 100_000],
    ['an ArrayBuffer', new ArrayBuffer(100_000), 100_000],
    ['a list of numbers', Array.from({ length: 12_500 }, (_, index) => index), 100_000],
    ['texts within objects', { a: { b: [{ c: 'x'.repeat(100_000) }] } }, 100_000],
  ])('of %s is near what is in it', (_, value, bytes) => {
    expect(sizeOf(value)).toBeGreaterThanOrEqual(bytes);
    expect(sizeOf(value)).toBeLessThan(bytes * 1.01);
  });

  it.each([
    ['list', (rows: object[]) => rows],
    ['Map', (rows: object[]) => new Map(rows.map((each, index) => [index, each]))],
    ['Set', (rows: object[]) => new Set(rows)],
    ['object', (rows: object[]) => Object.fromEntries(rows.map((each, index) => [`key ${index}`, each]))],
  ])('of a large %s grows with its length, though only some of it is looked at', (_, collect) => {
    const of = (length: number): number => sizeOf(collect(Array.from({ length }, (__, index) => row(index))));
    expect(of(10_000) / of(100)).toBeGreaterThan(90);
    expect(of(10_000) / of(100)).toBeLessThan(110);
  });

  it('looks at a bounded number of values, however deep they are', () => {
    const chain = (length: number): unknown => {
      let end: unknown = 'x'.repeat(100_000);
      for (let link = 0; link < length; link++) end = { next: end };
      return end;
    };
    expect(sizeOf(chain(10))).toBeGreaterThan(100_000);
    expect(sizeOf(chain(100_000))).toBeLessThan(20_000);
  });

  it('counts what is met again once, and ends in a cycle', () => {
    const shared = { text: 'x'.repeat(10_000) };
    const cycle: { self?: unknown; a: object; b: object } = { a: shared, b: shared };
    cycle.self = cycle;
    expect(sizeOf(cycle)).toBeLessThan(11_000);
  });

  it('runs no code of the value', () => {
    const refuse = (): never => {
      throw new Error('was run');
    };
    class OwnMap extends Map {
      override entries = refuse;
    }
    const value = {
      map: new OwnMap(),
      get lazy(): unknown {
        return refuse();
      },
      proxy: new Proxy({}, { ownKeys: refuse, get: refuse, getOwnPropertyDescriptor: refuse }),
      list: Object.defineProperty([1], 0, { get: refuse, enumerable: true }),
    };
    expect(sizeOf(value)).toBeGreaterThan(0);
  });

  it('is no more than a machine may have, also of lists that are mostly holes', () => {
    const holes = (element: unknown): unknown[] => Object.assign([element], { length: 1e9 });
    expect(estimateEntryBytes('k', holes(holes(holes(1))))).toBe(2 ** 40);
  });

  it('counts the key too', () => {
    expect(estimateEntryBytes('k'.repeat(200), 1) - estimateEntryBytes('', 1)).toBe(200);
  });
});
