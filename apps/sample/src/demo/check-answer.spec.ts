import { describe, expect, it } from '@jest/globals';
import type { City } from '../contract/schemas.js';
import { wrongIn } from './check-answer.js';
import { ReferenceData } from './reference-data.js';
import type { PageRequest } from './requests.js';

function city(id: number, population: number, country = 'CH'): City {
  return { id, name: `City ${id}`, country, admin: '01', population, latitude: 46.5, longitude: 6.6 };
}

const SMALL = city(1, 100);
const BIG = city(2, 900);
const TWIN = city(3, 900);
const FRENCH = city(4, 500, 'FR');
const DATA = new ReferenceData([SMALL, TWIN, FRENCH, BIG]);

describe('a city', () => {
  const request = { kind: 'city', city: SMALL } as const;

  it('is right when every field is', () => {
    expect(wrongIn({ ...SMALL }, request, DATA)).toBeUndefined();
  });

  it.each([
    ['another name', { ...SMALL, name: 'City 2' }],
    ['another latitude', { ...SMALL, latitude: 46.500001 }],
    ['a number as a text', { ...SMALL, population: '100' }],
    ['a field too many', { ...SMALL, shard: 1 }],
    ['a field too few', { id: 1, name: 'City 1' }],
    ['another city', BIG],
    ['nothing', null],
    ['a text', 'OK'],
  ])('is wrong with %s', (_, body) => {
    expect(wrongIn(body, request, DATA)).toContain('instead of {"id":1,');
  });
});

describe('the top', () => {
  const request = { kind: 'top', limit: 3 } as const;

  it('is right in its order: by population, ties by id', () => {
    expect(wrongIn([BIG, TWIN, FRENCH], request, DATA)).toBeUndefined();
  });

  it.each([
    ['ties in the other order', [TWIN, BIG, FRENCH], 'item 1'],
    ['one left out', [BIG, FRENCH, SMALL], 'item 2'],
    ['one twice', [BIG, BIG, TWIN], 'item 2'],
    ['one too few', [BIG, TWIN], 'item 3: nothing'],
    ['one too many', [BIG, TWIN, FRENCH, SMALL], '4 items instead of 3'],
    ['no list', { cities: [] }, 'not a list'],
  ])('is wrong with %s', (_, body, problem) => {
    expect(wrongIn(body, request, DATA)).toContain(problem);
  });
});

describe('the statistics of a country', () => {
  const request = { kind: 'stats', country: 'CH' } as const;

  it('are right when both sums are', () => {
    expect(wrongIn({ country: 'CH', cities: 3, population: 1_900 }, request, DATA)).toBeUndefined();
  });

  it.each([
    { country: 'CH', cities: 2, population: 1_900 },
    { country: 'CH', cities: 3, population: 1_899 },
    { country: 'FR', cities: 3, population: 1_900 },
  ])('are wrong as %j', (body) => {
    expect(wrongIn(body, request, DATA)).toContain('instead of');
  });
});

describe('a page of a country', () => {
  const first: PageRequest = { kind: 'page', country: 'CH', limit: 2, offset: 0 };
  const last: PageRequest = { ...first, offset: 2, previous: first };

  it('is right with its slice, and a cursor unless it is the last', () => {
    expect(wrongIn({ cities: [BIG, TWIN], next: 'abc' }, first, DATA)).toBeUndefined();
    expect(wrongIn({ cities: [SMALL], next: null }, last, DATA)).toBeUndefined();
  });

  it.each<[string, unknown, PageRequest, string]>([
    ['the cities of another page', { cities: [SMALL], next: null }, first, 'item 1'],
    ['the page before once more', { cities: [BIG, TWIN], next: 'abc' }, last, 'item 1'],
    ['a city of another country', { cities: [BIG, FRENCH], next: 'abc' }, first, 'item 2'],
    ['an end too early', { cities: [BIG, TWIN], next: null }, first, 'cities are missing'],
    ['no end', { cities: [SMALL], next: 'abc' }, last, 'a cursor on the last page'],
    ['no cursor field', { cities: [SMALL] }, last, 'not a page'],
  ])('is wrong with %s', (_, body, request, problem) => {
    expect(wrongIn(body, request, DATA)).toContain(problem);
  });
});

it('says what is wrong in a line', () => {
  const body = { ...SMALL, name: 'x'.repeat(10_000) };
  expect(wrongIn(body, { kind: 'city', city: SMALL }, DATA)?.length).toBeLessThan(300);
});
