import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { Caches, layered, memory, resolveCacheOptions, type StoreEvent } from '@envol/cache';
import { memcached, type MemcachedStoreOptions } from '@envol/cache/memcached';
import { systemClock, type Clock } from '@envol/common';
import { eventually, ManualClock, RecordingMetrics } from '@envol/common/testing';
import { startFaultProxy, startService, type Service } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ask } from './memcached-text.js';

jest.setTimeout(60_000);

let server: Service;
const open: Caches[] = [];

beforeAll(async () => {
  server = await startService('memcached');
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((caches) => caches.close()));
  await ask(server, 'flush_all');
});

afterAll(() => server.stop());

const addressOf = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;

async function openCaches(options: Partial<MemcachedStoreOptions> = {}, clock: Clock = systemClock) {
  const definition = memcached({ servers: addressOf(server), timeout: '5s', ...options });
  const events: StoreEvent[] = [];
  const metrics = new RecordingMetrics();
  const resolved = resolveCacheOptions({
    prefix: 'test',
    stores: { main: definition, both: layered([memory(), definition]) },
    default: 'main',
  });
  const caches = new Caches(resolved, { clock, metrics, onEvent: (event) => events.push(event) });
  open.push(caches);
  await caches.open();
  return { caches, cache: caches.get(), events, metrics };
}

describe('the memcached store', () => {
  it('keeps every JSON value under the prefix, as text', async () => {
    const { cache } = await openCaches();
    const value = { null: null, zero: 0, text: 'Zürich', list: [false, ''] };
    await cache.set('city:1', value);
    await expect(cache.get('city:1')).resolves.toEqual(value);
    await expect(ask(server, 'get test:main:city:1')).resolves.toContain(`;${JSON.stringify(value)}`);
    await expect(cache.delete('city:1')).resolves.toBe(true);
    await expect(cache.delete('city:1')).resolves.toBe(false);
    await expect(ask(server, 'get test:main:city:1')).resolves.toBe('END');
    for (const falsy of [null, 0, '', false]) {
      await cache.set('falsy', falsy);
      await expect(cache.get('falsy')).resolves.toBe(falsy);
    }
  });

  it.each(['k'.repeat(200), '漢'.repeat(66), 'with a space', 'line\r\nset x 0 0 1\r\n', '\u0000', '~tilde'])(
    'takes every key a cache takes: %j',
    async (key) => {
      const { cache } = await openCaches();
      await cache.set(key, 'there');
      await expect(cache.get(key)).resolves.toBe('there');
      await expect(cache.delete(key)).resolves.toBe(true);
      await expect(cache.get(key)).resolves.toBeUndefined();
    },
  );

  it.each([
    ['a minute', 60_000, 61],
    ['30 days, which memcached would take for a date', 30 * 86_400_000, 30 * 86_400 + 1],
    ['a year', 365 * 86_400_000, 365 * 86_400 + 1],
  ])('lets the item of an entry go soon after it: %s', async (_, ttl, seconds) => {
    const { cache } = await openCaches();
    await cache.set('k', 1, { ttl });
    const left = Number(/ t(\d+)/.exec(await ask(server, 'mg test:main:k t'))?.[1]);
    expect(left).toBeGreaterThanOrEqual(seconds - 20);
    expect(left).toBeLessThanOrEqual(seconds + 2);
  });

  it('lets the time of the entry itself decide', async () => {
    const clock = new ManualClock(Date.now());
    const { cache } = await openCaches({}, clock);
    await cache.set('k', 1, { ttl: '1m' });
    await clock.advance(59_999);
    await expect(cache.has('k')).resolves.toBe(true);
    await clock.advance(1);
    await expect(cache.has('k')).resolves.toBe(false);
  });

  it('shares its entries with other processes, which promote them with the time they have left', async () => {
    const one = (await openCaches()).caches.get('both');
    const other = (await openCaches()).caches.get('both');
    await one.set('k', 'shared', { ttl: '20s' });
    await expect(other.get('k')).resolves.toBe('shared');
    await ask(server, 'delete test:both:k');
    await expect(other.get('k')).resolves.toBe('shared');
  });

  it('takes what it did not write for a miss', async () => {
    const { cache } = await openCaches();
    const foreign = ['{"value":"poison"}', 'dxxxx', '', '2j;1;2;3'];
    for (const text of foreign) {
      await ask(server, `set test:main:k 0 0 ${text.length}\r\n${text}`);
      await expect(cache.get('k')).resolves.toBeUndefined();
    }
  });

  it('forgets the old value when the new one is over before it is written', async () => {
    let time = Date.now();
    const { cache } = await openCaches({}, { ...systemClock, now: () => (time += 1_000) });
    await cache.set('k', 'old', { ttl: '1h' });
    await cache.set('k', 'new', { ttl: 500 });
    await expect(ask(server, 'get test:main:k')).resolves.toBe('END');
  });

  it('compresses what is large, and only that', async () => {
    const { cache } = await openCaches();
    const large = { rows: Array.from({ length: 2_000 }, (_, id) => ({ id, name: `City ${id}` })) };
    await cache.set('large', large);
    await cache.set('small', 'x'.repeat(500));
    await expect(cache.get('large')).resolves.toEqual(large);
    await expect(cache.get('small')).resolves.toBe('x'.repeat(500));
    const bytes = async (key: string) => Number(/ s(\d+)/.exec(await ask(server, `mg test:main:${key} s`))?.[1]);
    expect(await bytes('large')).toBeLessThan(JSON.stringify(large).length / 3);
    expect(await bytes('small')).toBeGreaterThan(500);

    const plain = (await openCaches({ compressAbove: false })).cache;
    await expect(plain.get('large')).resolves.toEqual(large);
    await plain.set('large', large);
    expect(await bytes('large')).toBeGreaterThan(JSON.stringify(large).length);
  });

  it('refuses what JSON cannot hold, and no layer has it then', async () => {
    const cache = (await openCaches()).caches.get('both');
    await expect(cache.set('k', 1n)).rejects.toMatchObject({ code: 'ENVOL_CACHE_UNSERIALIZABLE' });
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('is closed with its cache, and caches of one definition share one connection', async () => {
    const proxy = await startFaultProxy(server);
    const { caches } = await openCaches({ servers: addressOf(proxy) });
    await Promise.all(['main', 'both'].map((name) => caches.get(name).set('k', name)));
    await expect(caches.get('main').get('k')).resolves.toBe('main');
    expect(proxy.connections).toBe(1);
    await caches.close();
    await eventually(() => proxy.connections === 0);
    await expect(caches.get('main').get('k')).resolves.toBeUndefined();
    expect(proxy.connections).toBe(0);
    await proxy.close();
  });

  it('stays open for the other application that was given the same definition', async () => {
    const definition = memcached({ servers: addressOf(server) });
    const options = resolveCacheOptions({ stores: { main: definition } });
    const parts = { clock: systemClock, metrics: new RecordingMetrics(), onEvent: () => undefined };
    const [one, other] = [new Caches(options, parts), new Caches(options, parts)];
    await Promise.all([one.open(), other.open()]);
    await one.close();
    await one.close();
    await other.get().set('k', 1);
    await expect(other.get().get('k')).resolves.toBe(1);
    await other.close();
  });

  it.each<[object, RegExp]>([
    [{}, /servers: expected 'host:port', or several in a list/],
    [{ servers: [] }, /servers: expected one server at least/],
    [{ servers: 'a:1, b:2, A:1' }, /servers: a:1 is there twice/],
    [{ servers: 'a', username: 'u' }, /expected both username and password, or neither/],
    [{ servers: 'a', timeout: 'soon' }, /timeout: expected a duration/],
    [{ servers: 'a', compressAbove: true }, /compressAbove: expected a size such as 1024 or '64kb', or false/],
    [{ servers: 'a', timout: 1 }, /"timout" is not an option, did you mean "timeout"/],
  ])('refuses the options %j', (options, message) => {
    expect(() => Reflect.apply(memcached, undefined, [options])).toThrow(message);
  });

  it('does not show a password that was put into an address', () => {
    expect(() => memcached({ servers: ['u:s3cret@host:11211'] })).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('s3cret'),
        hint: expect.not.stringContaining('s3cret'),
      }),
    );
  });
});

describe('a memcached that refuses', () => {
  it('a large value says so, forgets the old one and is not taken for ill; other layers have it', async () => {
    const { caches, cache, events, metrics } = await openCaches();
    const large = randomBytes(1_200_000).toString('base64');
    for (let attempt = 0; attempt < 4; attempt++) {
      await cache.set('k', 'old');
      const error: unknown = await cache.set('k', large).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'ENVOL_CACHE_STORE_UNAVAILABLE',
        message: expect.stringMatching(/^Cache store "main" could not set: its value takes 1\d{6} bytes/),
        hint: expect.stringContaining('-I'),
      });
      await expect(cache.get('k')).resolves.toBeUndefined();
    }
    expect(events).toEqual([]);
    expect(metrics.value('envol_cache_store_errors_total', { store: 'main' })).toBe(4);
    await expect(cache.getOrSet('computed', () => large)).resolves.toBe(large);
    await eventually(() => metrics.value('envol_cache_lost_writes_total', { cache: 'main' }) === 1);
    await expect(caches.get('both').getOrSet('k', () => large)).resolves.toBe(large);
    await expect(caches.get('both').get('k')).resolves.toBe(large);
  });

  it('is not even asked to take what nobody should read in one go', async () => {
    const { cache } = await openCaches();
    await cache.set('k', 'old');
    await expect(cache.set('k', 'x'.repeat(9_000_000))).rejects.toThrow(/takes 90\d{5} bytes/);
    await expect(cache.get('k')).resolves.toBeUndefined();
  });
});

describe('a memcached with SASL', () => {
  const account = { username: 'envol', password: 's3cret' };
  let own: Service;
  beforeAll(async () => {
    own = await startService('memcached', { sasl: account });
  });
  afterAll(() => own.stop());

  it('lets in who has the password', async () => {
    const { cache, events } = await openCaches({ servers: addressOf(own), ...account });
    await cache.set('k', 'there');
    await expect(cache.get('k')).resolves.toBe('there');
    expect(events).toEqual([]);
  });

  it.each([
    ['a wrong password', { ...account, password: 'wr0ng' }],
    ['no password', {}],
  ])('does not let in who has %s: the start goes on, and the reason is told without the password', async (_, given) => {
    const { cache, events } = await openCaches({ servers: addressOf(own), ...given, probeEvery: 20 });
    await expect(cache.getOrSet('k', () => 'from the factory')).resolves.toBe('from the factory');
    await expect(cache.set('k', 1)).rejects.toMatchObject({ code: 'ENVOL_CACHE_STORE_UNAVAILABLE' });
    const shown = inspect(events, { depth: 10 });
    expect(events).toContainEqual({
      type: 'store-down',
      store: 'main',
      cause: expect.objectContaining({
        code: 'ENVOL_CACHE_CONNECT_FAILED',
        message: expect.stringMatching(/^memcached at 127.0.0.1:\d+ cannot be reached: .*authentication failed/),
        hint: expect.stringContaining('username and password'),
      }),
    });
    expect(shown).not.toMatch(/wr0ng|s3cret/);
    expect(events.map(({ type }) => type)).not.toContain('store-up');
  });

  it('does not get the credentials that are in the environment for another server', async () => {
    process.env['MEMCACHE_USERNAME'] = account.username;
    process.env['MEMCACHE_PASSWORD'] = account.password;
    try {
      const { events } = await openCaches({ servers: addressOf(own) });
      expect(events.map(({ type }) => type)).toContain('store-down');
    } finally {
      delete process.env['MEMCACHE_USERNAME'];
      delete process.env['MEMCACHE_PASSWORD'];
    }
  });
});
