import { eventually } from '@envol/common/testing';
import { startService, type PostgresService } from '@envol/services';
import { crc32 } from '@envol/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Atlas } from './atlas.js';
import { CITIES } from './cities.js';

const READERS = 50;

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
});

const isOnIll = (id: number): boolean => (crc32(String(id)) & 16_383) >= 8_192;
const idsOnIll = CITIES.filter(({ id }) => isOnIll(id)).map(({ id }) => id);
const idsOnHealthy = CITIES.filter(({ id }) => !isOnIll(id)).map(({ id }) => id);

interface Described {
  readonly places: readonly { readonly id: string; readonly state: string; readonly requests: number }[];
}

async function describeClient(): Promise<Described> {
  return (await fetch(`${atlas.managementUrl}/describe`)).json() as Promise<Described>;
}

describe('a replica killed with SIGKILL', () => {
  it('while 50 callers read costs no read, and takes calls again when it is back', async () => {
    const [name, pid] = [...atlas.pids].find(([process]) => process.startsWith('places:')) ?? ['', 0];
    const instance = name.replace('places', '127.0.0.1');
    const done = new AbortController();
    let reads = 0;
    const wrong: unknown[] = [];
    const readers = Array.from({ length: READERS }, async (_, reader) => {
      for (let turn = reader; !done.signal.aborted; turn += READERS) {
        const city = CITIES[turn % CITIES.length];
        const { status, body } = await atlas.get(`/cities/${city?.id}`);
        if (status !== 200 || JSON.stringify(body) !== JSON.stringify(city)) wrong.push({ status, body, city });
        reads += 1;
      }
    });
    const readsGoOn = async (count: number) => {
      const target = reads + count;
      await eventually(() => reads >= target, 30_000);
    };

    await readsGoOn(200);
    process.kill(pid, 'SIGKILL');
    await readsGoOn(200);
    await eventually(() => atlas.pids.get(name) !== pid, 30_000);
    const requestsAt = async () => (await describeClient()).places.find(({ id }) => id === instance)?.requests ?? NaN;
    const before = await requestsAt();
    await eventually(async () => (await requestsAt()) > before + 5, 30_000);
    done.abort();
    await Promise.all(readers);
    expect(wrong).toEqual([]);
  }, 120_000);
});

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
