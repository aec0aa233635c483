import { startService, type PostgresService } from '@envol/services';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { City } from '../src/contract/schemas.js';
import { prepareShards } from '../src/launcher/prepare-shards.js';
import { CitiesService } from '../src/places/cities.service.js';
import { shardingModule } from '../src/places/shards.js';
import { CURSOR_SECRETS } from '../src/places/tokens.js';
import { CITIES, DATA } from './cities.js';

const COUNTS = [1, 4, 7];
const databasesOf = (count: number) => Array.from({ length: count }, (_, index) => `of_${count}_${index}`);

let postgres: PostgresService;
let app: TestingModule | undefined;

beforeAll(async () => {
  postgres = await startService('postgres', { databases: COUNTS.flatMap(databasesOf) });
}, 60_000);

afterEach(async () => {
  await app?.close();
});

afterAll(() => postgres.stop());

describe.each(COUNTS)('with %i shards', (count) => {
  it('the top 10, every country, and every page are what the data file says', async () => {
    const urls = databasesOf(count).map((name) => postgres.databaseUrl(name));
    await prepareShards(urls, { write: () => true });
    app = await Test.createTestingModule({
      imports: [shardingModule(urls)],
      providers: [CitiesService, { provide: CURSOR_SECRETS, useValue: ['a secret for the test'] }],
    }).compile();
    await app.init();
    const cities = app.get(CitiesService);

    await expect(cities.top(10)).resolves.toEqual(CITIES.slice(0, 10));
    for (const country of DATA.countries) {
      await expect(cities.statsOf(country)).resolves.toEqual(DATA.statsOf(country));
    }
    await expect(allPages(cities, 'NL')).resolves.toEqual(DATA.citiesOf('NL'));
  }, 180_000);
});

async function allPages(cities: CitiesService, country: string): Promise<City[]> {
  const found: City[] = [];
  let after: string | undefined;
  do {
    const page = await cities.ofCountry(country, 97, after);
    found.push(...page.cities);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}
