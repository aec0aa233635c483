import { crc32 } from '@envol/common';
import { eventually } from '@envol/common/testing';
import type { PostgresService } from '@envol/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { City } from '../../apps/sample/src/contract/schemas.js';
import type { Answer, Atlas } from '../../apps/sample/test/atlas.js';
import { CITIES } from '../../apps/sample/test/cities.js';
import { startRealAtlas, type RealAtlas } from './real-atlas.js';

let real: RealAtlas;
let atlas: Atlas;
/** Has the last two of the four shards, so the upper half of the slots. */
let ill: PostgresService;

/** Nothing stays in the caches: every read asks a shard. */
beforeAll(async () => {
  real = await startRealAtlas({ CACHE_TTL: '1ms' });
  atlas = real.atlas;
  ill = real.servers.postgres[1];
}, 150_000);

afterAll(() => real.close(), 60_000);

const isOnIll = ({ id }: City): boolean => (crc32(String(id)) & 16_383) >= 8_192;
const onIll = CITIES.filter((city) => isOnIll(city));
const onHealthy = CITIES.filter((city) => !isOnIll(city));

/** Reads cities, all at once, and checks every answer against the data file. */
async function read(...cities: readonly City[]): Promise<void> {
  const answers = await Promise.all(cities.map(({ id }) => atlas.get(`/cities/${id}`)));
  expect(answers).toMatchObject(cities.map((body) => ({ status: 200, body })));
}

const top = (): Promise<Answer> => atlas.get('/cities/top');

describe('a paused database server', () => {
  it('makes reads of its keys fail clearly and in time, leaves other keys alone, and is used again when it answers', async () => {
    await ill.pause();
    const start = performance.now();
    const [ofIll, overAll] = await Promise.all([
      atlas.get(`/cities/${onIll[0]?.id}`),
      top(),
      read(...onHealthy.slice(0, 1)),
    ]);
    const took = performance.now() - start;
    for (const answer of [ofIll, overAll]) {
      expect(answer).toMatchObject({
        status: 503,
        body: { code: 'ENVOL_SHARDING_SHARD_UNAVAILABLE', message: expect.stringMatching(/shard[23]/) },
      });
    }
    expect(took).toBeLessThan(3_000);
    await read(...onHealthy.slice(1, 100));

    await ill.resume();
    await eventually(async () => {
      await read(...onIll.slice(0, 20));
      expect((await top()).body).toEqual(CITIES.slice(0, 10));
    }, 30_000);
  }, 60_000);

  it('that is killed and restarted is used again without a restart of Atlas', async () => {
    await ill.kill();
    await expect(atlas.get(`/cities/${onIll[30]?.id}`)).resolves.toMatchObject({ status: 503 });
    await read(...onHealthy.slice(100, 110));
    await ill.restart();
    await eventually(() => read(...onIll.slice(30, 40)), 30_000);
  }, 60_000);
});
