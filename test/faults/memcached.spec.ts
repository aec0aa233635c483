import { eventually } from '@envol/common/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DATA } from '../../apps/sample/test/cities.js';
import { memcachedItems } from '../../apps/sample/test/server-contents.js';
import { startRealAtlas, type RealAtlas } from './real-atlas.js';

let real: RealAtlas;

beforeAll(async () => {
  real = await startRealAtlas();
}, 150_000);

afterAll(() => real.close(), 60_000);

const countries = DATA.countries.toSorted();

/** Reads the statistics of some countries and checks them against the data file. */
async function readStatistics(from: number, to: number): Promise<void> {
  for (const country of countries.slice(from, to)) {
    await expect(real.atlas.get(`/countries/${country}/stats`)).resolves.toMatchObject({
      status: 200,
      body: DATA.statsOf(country),
    });
  }
}

describe('memcached', () => {
  it('that is paused and then killed costs no read, and takes values again when it is back', async () => {
    await readStatistics(0, 20);
    await real.servers.memcached.pause();
    await readStatistics(20, 60);
    await real.servers.memcached.resume();
    await real.servers.memcached.kill();
    await readStatistics(60, 100);
    await real.servers.memcached.restart();
    let next = 100;
    await eventually(async () => {
      await readStatistics(next, (next += 1));
      expect(await memcachedItems(real.servers.memcached)).toBeGreaterThan(0);
    }, 20_000);
  }, 90_000);
});
