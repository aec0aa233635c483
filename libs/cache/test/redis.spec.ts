import { inspect } from 'node:util';
import { Caches, layered, memory, resolveCacheOptions, type StoreEvent } from '@envol/cache';
import { redis, type RedisStoreOptions } from '@envol/cache/redis';
import { noMetrics, systemClock, type Clock } from '@envol/common';
import { eventually, ManualClock } from '@envol/common/testing';
import { startService } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startDeafProxy } from './deaf-proxy.js';

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

async function openCaches(
  options: RedisStoreOptions,
  onEvent: (event: StoreEvent) => void = () => undefined,
  clock: Clock = systemClock,
) {
  const resolved = resolveCacheOptions({
    prefix: 'test',
    stores: { redis: redis(options), both: layered([memory(), redis(options)]) },
    default: 'redis',
  });
  const caches = new Caches(resolved, { clock, metrics: noMetrics, onEvent });
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
    await expect(raw.keys('*')).resolves.toEqual(['test:redis:city:1']);
    const ttl = await raw.pttl('test:redis:city:1');
    expect(ttl).toBeGreaterThan(20_000);
    expect(ttl).toBeLessThanOrEqual(30_000);
    await expect(cache.delete('city:1')).resolves.toBe(true);
    await expect(raw.exists('test:redis:city:1')).resolves.toBe(0);
  });

  it('shares its entries with other processes, which promote them with the time they have left', async () => {
    const one = (await openCaches({ url: server.url })).get('both');
    const other = (await openCaches({ url: server.url })).get('both');
    await one.set('k', 'shared', { ttl: '20s' });
    await expect(other.get('k')).resolves.toBe('shared');
    await raw.del('test:both:k');
    await expect(other.get('k')).resolves.toBe('shared');
  });

  it('takes what it did not write for a miss', async () => {
    const cache = (await openCaches({ url: server.url })).get();
    await raw.set('test:redis:k', '{"value":"poison"}');
    await expect(cache.getOrSet('k', () => 'fresh')).resolves.toBe('fresh');
    await raw.lpush('test:redis:list', 'not a string');
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

  it('keeps two caches on one Redis apart', async () => {
    const caches = await openCaches({ url: server.url });
    await caches.get('redis').set('1', 'of one');
    await caches.get('both').set('1', 'of the other');
    await expect(caches.get('redis').get('1')).resolves.toBe('of one');
    await caches.get('both').delete('1');
    await expect(caches.get('redis').get('1')).resolves.toBe('of one');
  });

  it('forgets the old value when the new one is over before it is written', async () => {
    const clock = new ManualClock(Date.now());
    const cache = (await openCaches({ url: server.url }, undefined, clock)).get();
    await cache.set('k', 'old');
    const write = cache.set('k', 'new', { ttl: 0.001 });
    await write;
    await expect(eventually(async () => (await raw.exists('test:redis:k')) === 0)).resolves.toBe(true);
  });

  it('is closed with its cache: no connection stays', async () => {
    const connections = async () =>
      String(await raw.client('LIST'))
        .trim()
        .split('\n').length;
    const before = await connections();
    const caches = await openCaches({ url: server.url });
    await caches.get().set('k', 1);
    expect(await connections()).toBe(before + 2);
    await caches.close();
    await eventually(async () => (await connections()) === before);
  });
});

describe('a Redis that refuses', () => {
  it('one operation is not taken for ill, and its error shows neither value nor password', async () => {
    const own = await startService('redis');
    const admin = new Redis(own.url);
    const events: StoreEvent[] = [];
    const caches = await openCaches({ url: own.url }, (event) => events.push(event));
    await admin.config('SET', 'maxmemory', '1');
    for (let attempt = 0; attempt < 5; attempt++) {
      const error: unknown = await caches
        .get()
        .set('k', 'hunter2')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ENVOL_CACHE_STORE_UNAVAILABLE', message: expect.stringContaining('OOM') });
      expect(inspect(error, { depth: 10 })).not.toContain('hunter2');
    }
    await expect(caches.get('both').getOrSet('m', () => 'in memory')).resolves.toBe('in memory');
    await expect(caches.get('both').get('m')).resolves.toBe('in memory');
    expect(events).toEqual([]);
    admin.disconnect();
    await own.stop();
  });

  it('the password says so, without showing it', async () => {
    const own = await startService('redis');
    const admin = new Redis(own.url);
    await admin.config('SET', 'requirepass', 's3cret');
    const events: StoreEvent[] = [];
    await openCaches({ url: `redis://:wr0ng@127.0.0.1:${own.port}` }, (event) => events.push(event));
    const shown = inspect(events, { depth: 10 });
    expect(shown).toContain('WRONGPASS');
    expect(shown).toContain('Correct user and password');
    expect(shown).not.toMatch(/wr0ng|s3cret/);
    admin.disconnect();
    await own.stop();
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
    await eventually(async () => {
      await cache.set('k', 'back');
      return (await cache.get('k')) === 'back';
    }, 10_000);
    await own.stop();
  });

  it('is not taken for dead because this process stood still', async () => {
    const events: StoreEvent[] = [];
    const caches = await openCaches({ url: server.url, timeout: 200 }, (event) => events.push(event));
    await eventually(() => Promise.all(['a', 'b', 'c'].map((key) => caches.get().set(key, key))), 10_000);
    events.length = 0;
    const reads = Promise.all(['a', 'b', 'c'].map((key) => caches.get().get(key)));
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 1_000;
    while (performance.now() < until);
    await expect(reads).resolves.toEqual(['a', 'b', 'c']);
    expect(events).toEqual([]);
  });

  it('behind a connection that is half-open is reached over a new one', async () => {
    const proxy = await startDeafProxy(server);
    const url = `redis://${proxy.host}:${proxy.port}`;
    const caches = await openCaches({ url, timeout: 100, probeEvery: 20 });
    try {
      await eventually(() => caches.get().set('k', 'there'), 10_000);
      proxy.deafen();
      await expect(eventually(async () => (await caches.get().get('k')) === 'there', 10_000)).resolves.toBe(true);
    } finally {
      await caches.close();
      proxy.close();
    }
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
