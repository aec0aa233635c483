import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { readCitiesFile } from '../launcher/cities-file.js';
import { planRequests } from './plan.js';
import { ReferenceData } from './reference-data.js';
import type { DemoRequest } from './requests.js';

const DATA = new ReferenceData(readCitiesFile());
const SIZE = { count: 3_000, rate: 150 };
const requests = planRequests(DATA, SIZE, seededRandom(1));

function of<K extends DemoRequest['kind']>(kind: K): Extract<DemoRequest, { kind: K }>[] {
  return requests.filter((request): request is Extract<DemoRequest, { kind: K }> => request.kind === kind);
}

describe('planRequests', () => {
  it('is the same for the same seed', () => {
    expect(planRequests(DATA, SIZE, seededRandom(1))).toEqual(requests);
    expect(planRequests(DATA, SIZE, seededRandom(2))).not.toEqual(requests);
  });

  it('has one request for every slot, of every kind', () => {
    expect(requests).toHaveLength(3_000);
    for (const kind of ['city', 'top', 'page', 'stats', 'checkins', 'check-in'] as const) {
      expect(of(kind).length).toBeGreaterThan(60);
    }
  });

  it('asks for the most populous cities most, and for rare ones too', () => {
    const ranks = of('city').map(({ city }) => DATA.cities.indexOf(city));
    const share = (limit: number) => ranks.filter((rank) => rank < limit).length / ranks.length;
    expect(share(1_000)).toBeGreaterThan(0.55);
    expect(share(1_000)).toBeLessThan(0.65);
    expect(ranks.filter((rank) => rank > 50_000).length).toBeGreaterThan(50);
  });

  it('follows the pages of a country without a gap, up to five, each later than the one before', () => {
    const pages = of('page');
    const following = pages.filter(({ previous }) => previous !== undefined);
    expect(following.length).toBeGreaterThan(100);
    for (const page of following) {
      const { country, offset, limit } = page.previous ?? page;
      expect(page).toMatchObject({ country, limit, offset: offset + limit });
      expect(requests.indexOf(page) - requests.indexOf(page.previous ?? page)).toBeGreaterThanOrEqual(60);
    }
    expect(Math.max(...pages.map(({ offset }) => offset))).toBe(80);
    for (const { country, offset } of pages) expect(offset).toBeLessThan(DATA.citiesOf(country).length);
  });

  it('reads back every write that leaves time for it, and writes nothing twice', () => {
    const writes = of('check-in');
    const readBack = new Set(of('checkins').map(({ written }) => written));
    const early = writes.filter((write) => requests.indexOf(write) < 2_900);
    expect(early.every((write) => readBack.has(write))).toBe(true);
    const pairs = writes.map(({ checkin }) => `${checkin.userId} ${checkin.cityId}`);
    expect(new Set(pairs).size).toBe(writes.length);
  });
});
