import { Caches, layered, memory, resolveCacheOptions, type StoreEvent } from '@envol/cache';
import { memcached, type MemcachedStoreOptions } from '@envol/cache/memcached';
import { systemClock } from '@envol/common';
import { eventually, RecordingMetrics } from '@envol/common/testing';
import { startFaultProxy, startService, type FaultProxy, type Service } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startDeafProxy } from './deaf-proxy.js';
import { answerTo, startFakeMemcached } from './fake-memcached.js';

/** Far beyond what anything here takes. */
const DEADLINE = 20_000;

jest.setTimeout(3 * DEADLINE);

const atEnd: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).toReversed()) await end();
});

async function startMemcached(): Promise<Service> {
  const server = await startService('memcached');
  atEnd.push(() => server.stop());
  return server;
}

async function startProxy(server: Service): Promise<FaultProxy> {
  const proxy = await startFaultProxy(server);
  atEnd.push(() => proxy.close());
  return proxy;
}

const addressOf = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;

async function openCaches(options: MemcachedStoreOptions) {
  const definition = memcached({ probeEvery: 50, ...options });
  const events: StoreEvent[] = [];
  const metrics = new RecordingMetrics();
  const stores = { main: definition, both: layered([memory(), definition]) };
  const caches = new Caches(resolveCacheOptions({ prefix: 'test', stores, default: 'main' }), {
    clock: systemClock,
    metrics,
    onEvent: (event) => events.push(event),
  });
  atEnd.push(() => caches.close());
  await caches.open();
  return { caches, cache: caches.get(), events, metrics };
}

const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('a memcached that fails', () => {
  it.each(['kill', 'pause'] as const)(
    'at start (%s), does not stop the start; it is used once it is there',
    async (fault) => {
      const server = await startMemcached();
      await server[fault]();
      const { caches, cache, events } = await openCaches({ servers: addressOf(server), connectTimeout: 200 });
      expect(events).toContainEqual({
        type: 'store-down',
        store: 'main',
        cause: expect.objectContaining({
          code: 'ENVOL_CACHE_CONNECT_FAILED',
          message: expect.stringContaining(`memcached at 127.0.0.1:${server.port} cannot be reached`),
        }),
      });
      await expect(caches.get('both').getOrSet('k', () => 'from the factory')).resolves.toBe('from the factory');
      await (fault === 'kill' ? server.restart() : server.resume());
      await eventually(() => cache.set('back', 1), DEADLINE);
      expect(events).toContainEqual({ type: 'store-up', store: 'main' });
    },
  );

  it('when it is paused, never hangs a read, is left alone, and is used again when it answers', async () => {
    const server = await startMemcached();
    const { cache, events, metrics } = await openCaches({ servers: addressOf(server), timeout: 100 });
    await server.pause();
    for (const key of ['a', 'b', 'c', 'd']) await expect(cache.getOrSet(key, () => key)).resolves.toBe(key);
    expect(events.filter(({ store }) => store === 'main')).toEqual([
      { type: 'store-down', store: 'main', cause: expect.objectContaining({ message: 'no answer within 100 ms' }) },
    ]);
    await expect(cache.set('k', 1)).rejects.toMatchObject({ message: expect.stringContaining('it is down') });
    expect(metrics.value('envol_cache_store_down', { store: 'main' })).toBe(1);
    await server.resume();
    await eventually(async () => {
      await cache.set('k', 'back');
      return (await cache.get('k')) === 'back';
    }, DEADLINE);
    expect(metrics.value('envol_cache_store_down', { store: 'main' })).toBe(0);
  });

  it('when it is killed and restarted, loses no read in between and is used again', async () => {
    const server = await startMemcached();
    const { caches } = await openCaches({ servers: addressOf(server) });
    const cache = caches.get('both');
    await cache.set('warm', 'in memory');
    await server.kill();
    await expect(cache.get('warm')).resolves.toBe('in memory');
    for (let read = 0; read < 20; read++) {
      await expect(cache.getOrSet(`k${read}`, () => read)).resolves.toBe(read);
    }
    await server.restart();
    await eventually(() => caches.get().set('back', 1), DEADLINE);
  });

  it('when it was restarted while nobody asked, is used at once: no read or write is lost', async () => {
    const server = await startMemcached();
    const { cache, events } = await openCaches({ servers: addressOf(server), timeout: '5s' });
    await server.restart();
    await cache.set('k', 'there');
    await expect(cache.get('k')).resolves.toBe('there');
    expect(events).toEqual([]);
  });

  it('behind a connection that is half-open is reached over a new one', async () => {
    const proxy = await startDeafProxy(await startMemcached());
    atEnd.push(proxy.close);
    const { cache } = await openCaches({ servers: addressOf(proxy), timeout: 100 });
    await eventually(() => cache.set('k', 'there'), DEADLINE);
    proxy.deafen();
    await expect(eventually(async () => (await cache.get('k')) === 'there', DEADLINE)).resolves.toBe(true);
  });

  it('behind a network that drops everything is used again when the network is', async () => {
    const proxy = await startProxy(await startMemcached());
    const { cache, events } = await openCaches({ servers: addressOf(proxy), timeout: 100, connectTimeout: 500 });
    await proxy.halfOpen();
    for (const key of ['a', 'b', 'c']) await expect(cache.get(key)).resolves.toBeUndefined();
    expect(events.map(({ type }) => type)).toContain('store-down');
    await proxy.heal();
    await eventually(async () => {
      await cache.set('k', 'there');
      return (await cache.get('k')) === 'there';
    }, DEADLINE);
  });

  it('is not taken for dead because this process stood still', async () => {
    const server = await startMemcached();
    const { cache, events } = await openCaches({ servers: addressOf(server), timeout: 200 });
    const keys = ['a', 'b', 'c'];
    await eventually(() => Promise.all(keys.map((key) => cache.set(key, key))), DEADLINE);
    events.length = 0;
    const reads = Promise.all(keys.map((key) => cache.get(key)));
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 1_000;
    while (performance.now() < until);
    await expect(reads).resolves.toEqual(keys);
    expect(events).toEqual([]);
  });

  it('leaves no socket open when its cache is closed, even if it never answers', async () => {
    const server = await startMemcached();
    const before = sockets();
    const { caches, cache } = await openCaches({ servers: addressOf(server), timeout: 50 });
    await server.pause();
    await cache.get('k');
    const silent = await openCaches({ servers: addressOf(server), timeout: 50, connectTimeout: 100 });
    await caches.close();
    await silent.caches.close();
    await expect(eventually(() => sockets() <= before, DEADLINE)).resolves.toBe(true);
  });
});

describe('a server that is no good memcached', () => {
  it('and hangs up instead of answering fails the requests under way at once', async () => {
    const fake = await startFakeMemcached((socket) => void socket.end());
    atEnd.push(fake.close);
    const { cache } = await openCaches({ servers: fake.address, timeout: '10m' });
    const reads = await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)));
    expect(reads).toEqual([undefined, undefined, undefined]);
  });

  it('and breaks off within an answer does not spoil the answers that come over the next connection', async () => {
    const entry = `1j;1;${Date.now() + 3_600_000};"there"`;
    let requests = 0;
    const fake = await startFakeMemcached((socket, request) => {
      requests += 1;
      const [bodyBytes, body] = requests === 1 ? [1_000, 'x'.repeat(500)] : [entry.length, entry];
      socket.write(Buffer.concat([answerTo(request, { bodyBytes }), Buffer.from(body)]));
      if (requests === 1) socket.end();
    });
    atEnd.push(fake.close);
    const { cache } = await openCaches({ servers: fake.address, timeout: '10m' });
    await expect(cache.get('k')).resolves.toBeUndefined();
    await expect(cache.get('k')).resolves.toBe('there');
  });

  it.each([
    ['says that its answer is huge', { bodyBytes: 2 ** 32 - 1 }, 1],
    ['sends without an end', { bodyBytes: 0, keyBytes: 1 }, 100],
  ])('and %s is cut off', async (_, lengths, megabytes) => {
    let isCutOff = false;
    const fake = await startFakeMemcached((socket, request) => {
      socket.on('close', () => (isCutOff = true)).write(answerTo(request, lengths));
      for (let sent = 0; sent < megabytes; sent++) socket.write(Buffer.alloc(2 ** 20));
    });
    atEnd.push(fake.close);
    const { cache } = await openCaches({ servers: fake.address, timeout: '10m' });
    await expect(cache.get('k')).resolves.toBeUndefined();
    await eventually(() => isCutOff, DEADLINE);
  });

  it('and sends something else altogether is down from the start', async () => {
    const redis = await startService('redis');
    atEnd.push(() => redis.stop());
    const { cache, events } = await openCaches({ servers: addressOf(redis), connectTimeout: 300 });
    expect(events).toContainEqual(expect.objectContaining({ type: 'store-down', store: 'main' }));
    await expect(cache.getOrSet('k', () => 'from the factory')).resolves.toBe('from the factory');
  });
});

describe('several memcached servers', () => {
  const KEYS = Array.from({ length: 60 }, (_, index) => `city:${index}`);
  let servers: Service[];
  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startService('memcached')));
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const found = async (cache: { has(key: string): Promise<boolean> }): Promise<string[]> => {
    const there = await Promise.all(KEYS.map((key) => cache.has(key)));
    return KEYS.filter((_, index) => there[index]);
  };

  it('share the keys alike in every process, whatever the order they are given in', async () => {
    const addresses = servers.map(addressOf);
    const one = await openCaches({ servers: addresses, timeout: '5s' });
    const other = await openCaches({ servers: addresses.toReversed().join(', '), timeout: '5s' });
    await Promise.all(KEYS.map((key) => one.cache.set(key, key)));
    await expect(found(other.cache)).resolves.toEqual(KEYS);
    for (const address of addresses) {
      const alone = (await found((await openCaches({ servers: address, timeout: '5s' })).cache)).length;
      expect(alone).toBeGreaterThan(0);
      expect(alone).toBeLessThan(KEYS.length);
    }
  });

  it('lose the keys of a server that dies and no others, until it is back', async () => {
    const [first] = servers;
    if (first === undefined) throw new Error('no server');
    const { caches, cache, events, metrics } = await openCaches({ servers: servers.map(addressOf), timeout: '5s' });
    await Promise.all(KEYS.map((key) => cache.set(key, key)));
    const its = await found((await openCaches({ servers: addressOf(first), timeout: '5s' })).cache);
    await first.kill();
    await eventually(async () => {
      await found(cache);
      return events.some(({ type, store }) => type === 'store-down' && store === 'main/1');
    }, DEADLINE);
    await expect(found(cache)).resolves.toEqual(KEYS.filter((key) => !its.includes(key)));
    const kept = KEYS.find((key) => !its.includes(key)) ?? '';
    const lost = its[0] ?? '';
    await expect(cache.set(lost, 1)).rejects.toMatchObject({ store: 'main/1' });
    await expect(cache.set(kept, 1)).resolves.toBeUndefined();
    const states = (): unknown => [1, 2, 3].map((n) => metrics.value('envol_cache_store_down', { store: `main/${n}` }));
    expect(states()).toEqual([1, 0, 0]);
    expect(caches.describe()[0]).toEqual({
      name: 'main',
      kind: 'memcached',
      parts: [
        { name: 'main/1', kind: 'memcached', state: 'down', downSince: expect.any(Number) },
        { name: 'main/2', kind: 'memcached', state: 'up' },
        { name: 'main/3', kind: 'memcached', state: 'up' },
      ],
    });
    await first.restart();
    await eventually(() => cache.set(lost, 'back'), DEADLINE);
    await expect(cache.get(lost)).resolves.toBe('back');
    expect(states()).toEqual([0, 0, 0]);
  });
});
