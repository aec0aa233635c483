import { eventually } from '@envol/common/testing';
import { startService, type PostgresService } from '@envol/services';
import { crc32 } from '@envol/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Atlas } from '../../apps/sample/test/atlas.js';
import { CITIES } from '../../apps/sample/test/cities.js';

let atlas: Atlas;
let healthy: PostgresService;
let ill: PostgresService;

/** Two shards on each of two servers, in this order, as slots are dealt: the upper half of the slots is on `ill`. */
beforeAll(async () => {
  [healthy, ill] = await Promise.all([
    startService('postgres', { databases: ['a', 'b'] }),
    startService('postgres', { databases: ['c', 'd'] }),
  ]);
  const urls = [healthy.databaseUrl('a'), healthy.databaseUrl('b'), ill.databaseUrl('c'), ill.databaseUrl('d')];
  atlas = await Atlas.start({ SHARD_URLS: urls.join(','), CACHE_TTL: '1ms' });
}, 150_000);

afterAll(async () => {
  await atlas.close();
  await Promise.all([healthy.stop(), ill.stop()]);
}, 60_000);

const isOnIll = (id: number): boolean => (crc32(String(id)) & 16_383) >= 8_192;
const idsOnIll = CITIES.filter(({ id }) => isOnIll(id)).map(({ id }) => id);
const idsOnHealthy = CITIES.filter(({ id }) => !isOnIll(id)).map(({ id }) => id);

describe('a paused database server', () => {
  it('makes reads of its keys fail clearly and in time, leaves other keys alone, and is used again when it answers', async () => {
    await ill.pause();
    const start = performance.now();
    const [onIll, onHealthy, overAll] = await Promise.all([
      atlas.get(`/cities/${idsOnIll[0]}`),
      atlas.get(`/cities/${idsOnHealthy[0]}`),
      atlas.get('/cities/top'),
    ]);
    const took = performance.now() - start;
    expect(onHealthy).toMatchObject({ status: 200, body: { id: idsOnHealthy[0] } });
    for (const answer of [onIll, overAll]) {
      expect(answer).toMatchObject({
        status: 503,
        body: { code: 'ENVOL_SHARDING_SHARD_UNAVAILABLE', message: expect.stringMatching(/shard[23]/) },
      });
    }
    expect(took).toBeLessThan(3_000);

    const others = await Promise.all(idsOnHealthy.slice(1, 100).map((id) => atlas.get(`/cities/${id}`)));
    expect(others.every(({ status }) => status === 200)).toBe(true);

    await ill.resume();
    await eventually(async () => {
      for (const id of idsOnIll.slice(0, 20)) expect((await atlas.get(`/cities/${id}`)).status).toBe(200);
      expect((await atlas.get('/cities/top')).body).toEqual(CITIES.slice(0, 10));
    }, 30_000);
  }, 60_000);

  it('that is killed and restarted is used again without a restart of Atlas', async () => {
    await ill.kill();
    await expect(atlas.get(`/cities/${idsOnIll[30]}`)).resolves.toMatchObject({ status: 503 });
    await expect(atlas.get(`/cities/${idsOnHealthy[30]}`)).resolves.toMatchObject({ status: 200 });
    await ill.restart();
    await eventually(async () => (await atlas.get(`/cities/${idsOnIll[31]}`)).status === 200, 30_000);
  }, 60_000);
});
