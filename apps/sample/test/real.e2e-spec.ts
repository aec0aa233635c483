import { eventually } from '@envol/common/testing';
import { startAtlasServers, type AtlasServers } from '@envol/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countShardRows } from '../src/demo/shard-rows.js';
import { Atlas } from './atlas.js';
import { CITIES, DATA } from './cities.js';
import { explain, memcachedItems, passingInstances, redisKeys, registeredInstances } from './server-contents.js';

let servers: AtlasServers;
let atlas: Atlas;

beforeAll(async () => {
  servers = await startAtlasServers();
  atlas = await Atlas.start(servers.environment, ['--profile', 'real']);
}, 150_000);

afterAll(async () => {
  await atlas.close();
  await servers.stop();
}, 60_000);

interface Described {
  readonly places: readonly { readonly host: string; readonly port: number }[];
}

describe('the real profile', () => {
  it('answers as the data file says, from four databases on two servers', async () => {
    const [city] = CITIES;
    await expect(atlas.get(`/cities/${city?.id}`)).resolves.toMatchObject({ status: 200, body: city });
    await expect(atlas.get('/cities/top?limit=50')).resolves.toMatchObject({ body: CITIES.slice(0, 50) });
    await expect(atlas.get('/countries/FR/stats')).resolves.toMatchObject({ body: DATA.statsOf('FR') });
    const counts = (await countShardRows(servers.shardUrls)).map(({ cities }) => cities);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(135_233);
    expect(Math.min(...counts)).toBeGreaterThan(135_233 / 8);
  });

  it('reads a page of a country by an index, and not by sorting all of its rows', async () => {
    const plan = await explain(
      servers.shardUrls[0] ?? '',
      `SELECT * FROM city WHERE country = 'FR' ORDER BY population DESC, id DESC LIMIT 10`,
    );
    expect(plan).toContain('Index Scan');
    expect(plan).not.toContain('Sort');
  });

  it('finds its replicas through Consul, where each one is registered as passing', async () => {
    const registered = await passingInstances(servers.consul, 'places');
    const described = await atlas.management<Described>('/describe');
    expect(registered).toHaveLength(3);
    expect(described.places.map(({ host, port }) => `${host}:${port}`).toSorted()).toEqual(
      registered.map(({ address }) => address).toSorted(),
    );
    for (const { metricsPort } of registered) {
      const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      expect(metrics).toContain('envol_sharding_');
    }
  });

  it('keeps answers in Redis and statistics in memcached', async () => {
    await atlas.get(`/cities/${CITIES[7]?.id}`);
    await atlas.get('/countries/DE/stats');
    await eventually(async () => {
      expect(await redisKeys(servers.redis)).toContain(`atlas:answers:city:${CITIES[7]?.id}`);
      expect(await memcachedItems(servers.memcached)).toBeGreaterThan(0);
    }, 10_000);
  });

  it('says on the management port how each part is', async () => {
    await expect(atlas.management('/health')).resolves.toMatchObject({
      phase: 'ready',
      checks: {
        status: 'ok',
        details: { cache: { status: 'up' }, places: { status: 'up' }, memory: { status: 'up' } },
      },
    });
  });

  it('leaves nothing behind in Consul when it ends', async () => {
    expect(await atlas.interrupt()).toBeLessThan(5_000);
    await expect(registeredInstances(servers.consul, 'places')).resolves.toEqual([]);
  });
});
