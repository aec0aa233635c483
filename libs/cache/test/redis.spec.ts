import { Caches, isStoreUnavailable, layered, memory, resolveCacheOptions, type StoreEvent } from '@envol/cache';
import { redis, type RedisStoreOptions } from '@envol/cache/redis';
import { noMetrics, systemClock } from '@envol/common';
import { eventually } from '@envol/common/testing';
import { startService } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

type RedisServer = Awaited<ReturnType<typeof startService<'redis'>>>;

let server: RedisServer;
let raw: Redis;
const open: Caches[] = [];

beforeAll(async () => {
  server = await startService('redis');
  raw = new Redis(server.url);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((caches) => caches.close()));
  await raw.flushall();
});

afterAll(async () => {
  raw.disconnect();
  await server.stop();
});

async function openCaches(options: RedisStoreOptions, onEvent: (event: StoreEvent) => void = () => undefined) {
  const resolved = resolveCacheOptions({
    prefix: 'test',
    stores: { redis: redis(options), both: layered([memory(), redis(options)]) },
    default: 'redis',
  });
  const caches = new Caches(resolved, { clock: systemClock, metrics: noMetrics, onEvent });
  open.push(caches);
  await caches.open();
  return caches;
}

describe('the redis store', () => {
  it('keeps every JSON value, under the prefix and with an expiry in Redis', async () => {
    const cache = (await openCaches({ url: server.url })).get();
    const value = { null: null, zero: 0, text: 'Zürich', list: [false, ''] };
    await cache.set('city:1', value, { ttl: '30s' });
    await expect(cache.get('city:1')).resolves.toEqual(value);
    await expect(raw.keys('*')).resolves.toEqual(['test:city:1']);
    const ttl = await raw.pttl('test:city:1');
    expect(ttl).toBeGreaterThan(20_000);
    expect(ttl).toBeLessThanOrEqual(30_000);
    await expect(cache.delete('city:1')).resolves.toBe(true);
    await expect(raw.exists('test:city:1')).resolves.toBe(0);
  });

  it('shares its entries with other processes, which promote them with the time they have left', async () => {
    const one = (await openCaches({ url: server.url })).get();
    const other = (await openCaches({ url: server.url })).get('both');
    await one.set('k', 'shared', { ttl: '20s' });
    await expect(other.get('k')).resolves.toBe('shared');
    await raw.del('test:k');
    await expect(other.get('k')).resolves.toBe('shared');
  });

  it('takes what it did not write for a miss', async () => {
    const cache = (await openCaches({ url: server.url })).get();
    await raw.set('test:k', '{"value":"poison"}');
    await expect(cache.getOrSet('k', () => 'fresh')).resolves.toBe('fresh');
    await raw.lpush('test:list', 'not a string');
    await expect(cache.getOrSet('list', () => 'fresh')).resolves.toBe('fresh');
  });

  it('refuses what JSON cannot hold, and no layer has it then', async () => {
    const cache = (await openCaches({ url: server.url })).get('both');
    await expect(cache.set('k', 1n)).rejects.toMatchObject({ code: 'ENVOL_CACHE_UNSERIALIZABLE' });
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('uses a client of the application and leaves it open', async () => {
    const client = new Redis(server.url);
    const caches = await openCaches({ client });
    await caches.get().set('k', 1);
    await caches.close();
    await expect(client.ping()).resolves.toBe('PONG');
    client.disconnect();
  });

  it.each([
    [{}, /expected either url or client/],
    [{ url: 'http://localhost' }, /url: expected a url such as 'redis:/],
    [{ url: 'redis://localhost', timeout: 'soon' as '5m' }, /timeout: expected a duration/],
    [{ url: 'redis://localhost', conectTimeout: 5 }, /"conectTimeout" is not an option, did you mean "connectTimeout"/],
  ])('refuses the options %j', (options, message) => {
    expect(() => redis(options)).toThrow(message);
  });

  it('never shows the password in an error', async () => {
    const caches = await openCaches({ url: `redis://user:s3cret@127.0.0.1:${server.port}` });
    const error: unknown = await caches
      .get()
      .set('k', 1)
      .catch((reason: unknown) => reason);
    expect(isStoreUnavailable(error)).toBe(true);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('s3cret');
  });
});

describe('a Redis that fails', () => {
  it.each(['kill', 'pause'] as const)(
    'at start (%s), does not stop the start; it is used once it is there',
    async (fault) => {
      const own = await startService('redis');
      await own[fault]();
      const events: StoreEvent[] = [];
      const caches = await openCaches({ url: own.url, probeEvery: 50, connectTimeout: 200 }, (event) =>
        events.push(event),
      );
      expect(events).toContainEqual({
        type: 'store-down',
        store: 'redis',
        cause: expect.objectContaining({
          code: 'ENVOL_CACHE_CONNECT_FAILED',
          message: expect.stringContaining('127.0.0.1'),
        }),
      });
      await expect(caches.get('both').getOrSet('k', () => 'from the factory')).resolves.toBe('from the factory');
      await (fault === 'kill' ? own.restart() : own.resume());
      await eventually(() => caches.get().set('back', 1), 10_000);
      expect(events).toContainEqual({ type: 'store-up', store: 'redis' });
      await own.stop();
    },
  );

  it('when it is paused, never hangs a read, is left alone, and is used again when it answers', async () => {
    const own = await startService('redis');
    const events: string[] = [];
    const caches = await openCaches({ url: own.url, timeout: 100, probeEvery: 50 }, ({ type }) => events.push(type));
    const cache = caches.get();
    await own.pause();
    for (const key of ['a', 'b', 'c', 'd']) await expect(cache.getOrSet(key, () => key)).resolves.toBe(key);
    expect(events).toEqual(['store-down']);
    await expect(cache.set('k', 1)).rejects.toMatchObject({ message: expect.stringContaining('it is down') });
    await own.resume();
    await eventually(() => events.includes('store-up'), 10_000);
    await cache.set('k', 'back');
    await expect(cache.get('k')).resolves.toBe('back');
    await own.stop();
  });

  it('when it is killed and restarted, loses no read in between and is used again', async () => {
    const own = await startService('redis');
    const caches = await openCaches({ url: own.url, probeEvery: 50 });
    const cache = caches.get('both');
    await cache.set('warm', 'in memory');
    await own.kill();
    await expect(cache.get('warm')).resolves.toBe('in memory');
    for (let read = 0; read < 20; read++) {
      await expect(cache.getOrSet(`k${read}`, () => read)).resolves.toBe(read);
    }
    await own.restart();
    await eventually(() => caches.get().set('back', 1), 10_000);
    await own.stop();
  });
});
