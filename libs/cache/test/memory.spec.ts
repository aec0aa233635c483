import {
  Cache,
  CacheModule,
  Caches,
  layered,
  memory,
  resolveCacheOptions,
  type CacheModuleOptions,
} from '@envol/cache';
import { RECLAIMABLES, type Reclaimable } from '@envol/common';
import { ManualClock, RecordingMetrics } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { FakeRemote, remoteStore } from './fake-store.js';

function setUp(options: CacheModuleOptions) {
  const metrics = new RecordingMetrics();
  const parts = { clock: new ManualClock(), metrics, onEvent: () => undefined };
  const caches = new Caches(resolveCacheOptions(options), parts);
  return { caches, cache: caches.get(), metrics };
}

const keysIn = async (cache: Cache, keys: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(keys.map((key) => cache.has(key)));
  return keys.filter((_, index) => found[index]);
};

const KEYS = Array.from({ length: 100 }, (_, index) => `k${100 + index}`);

/** A hundred entries of equal size, the least recently used first in {@link KEYS}. */
async function full(options: CacheModuleOptions = { stores: { main: memory() } }) {
  const parts = setUp(options);
  for (const key of KEYS) await parts.cache.set(key, Buffer.alloc(10_000));
  const [reclaimable] = parts.caches[RECLAIMABLES]();
  if (reclaimable === undefined) throw new Error('nothing to reclaim');
  return { ...parts, reclaimable };
}

describe('memory()', () => {
  it('holds as many entries as it was told, and lets the least recently used go', async () => {
    const { cache } = setUp({ stores: { main: memory({ maxItems: 2 }) } });
    await cache.set('a', 1);
    await cache.set('b', 2);
    await cache.get('a');
    await cache.set('c', 3);
    await expect(keysIn(cache, ['a', 'b', 'c'])).resolves.toEqual(['a', 'c']);
  });

  it('holds as many bytes as it was told, and lets the least recently used go', async () => {
    const { cache, metrics } = setUp({ stores: { main: memory({ maxSize: '100kb' }) } });
    await cache.set('a', 'x'.repeat(40_000));
    await cache.set('b', { text: 'x'.repeat(40_000) });
    await cache.get('a');
    await cache.set('c', Buffer.alloc(40_000));
    await expect(keysIn(cache, ['a', 'b', 'c'])).resolves.toEqual(['a', 'c']);
    expect(metrics.value('envol_cache_bytes', { store: 'main' })).toBeGreaterThan(80_000);
    expect(metrics.value('envol_cache_bytes', { store: 'main' })).toBeLessThan(100 * 1_024);
  });

  it('counts bytes without a limit on them too, and no longer when entries are gone', async () => {
    const { cache, metrics } = setUp({ stores: { main: memory() } });
    const bytes = () => metrics.value('envol_cache_bytes', { store: 'main' });
    expect(bytes()).toBe(0);
    await cache.set('k', 'x'.repeat(5_000));
    expect(bytes()).toBeGreaterThan(5_000);
    await cache.set('k', 'x');
    expect(bytes()).toBeLessThan(1_000);
    await cache.delete('k');
    expect(bytes()).toBe(0);
  });

  it('refuses what is larger than the whole store, saying so; the old value is gone, the others stay', async () => {
    const { cache, metrics } = setUp({ stores: { main: memory({ maxSize: '10kb' }) } });
    await cache.set('other', 1);
    await cache.set('k', 'old');
    const large = 'x'.repeat(20_000);
    await expect(cache.set('k', large)).rejects.toMatchObject({
      code: 'ENVOL_CACHE_STORE_UNAVAILABLE',
      message: expect.stringMatching(/^Cache store "main" could not set: its value takes about 20\d\d\d bytes/),
      hint: expect.stringContaining('maxSize'),
    });
    await expect(keysIn(cache, ['k', 'other'])).resolves.toEqual(['other']);
    await expect(cache.getOrSet('k', () => large)).resolves.toBe(large);
    expect(metrics.value('envol_cache_lost_writes_total', { cache: 'main' })).toBe(1);
  });

  it.each<[object, RegExp]>([
    [{ maxItems: 0 }, /memory\(\) options: maxItems/],
    [{ maxSize: '10 mb' }, /memory\(\) options: maxSize: expected a size such as 1024 or '64mb'/],
    [{ maxsize: 1 }, /"maxsize" is not an option, did you mean "maxSize"/],
  ])('refuses the options %j', (options, message) => {
    expect(() => memory(options)).toThrow(message);
  });
});

describe('what memory stores hold can be reclaimed', () => {
  it('about the fraction asked for, the least recently used first', async () => {
    const { cache, reclaimable } = await full();
    await cache.get('k100');
    const before = reclaimable.bytes;
    await reclaimable.reclaim(0.25);
    expect(reclaimable.bytes / before).toBeCloseTo(0.75, 5);
    await expect(keysIn(cache, KEYS)).resolves.toEqual(['k100', ...KEYS.slice(26)]);
  });

  it.each([
    [1, 0],
    [7, 0],
    [0, 100],
    [-1, 100],
    [NaN, 100],
    [0.001, 99],
  ])('a fraction of %p leaves %p of 100 entries', async (fraction, left) => {
    const { cache, reclaimable } = await full();
    await reclaimable.reclaim(fraction);
    await expect(keysIn(cache, KEYS)).resolves.toHaveLength(left);
  });

  it('and what is gone from memory is read from the next layer', async () => {
    const remote = new FakeRemote();
    const { cache, reclaimable } = await full({ stores: { main: layered([memory(), remoteStore(remote)]) } });
    await reclaimable.reclaim(1);
    expect(reclaimable.bytes).toBe(0);
    await expect(keysIn(cache, KEYS)).resolves.toHaveLength(100);
  });

  it('under the names of the stores, also of those in layers', () => {
    const { caches } = setUp({
      stores: {
        answers: layered([memory({ maxItems: 10 }), memory(), remoteStore(new FakeRemote())]),
        sessions: layered([memory(), remoteStore(new FakeRemote())]),
        pages: memory(),
        remote: remoteStore(new FakeRemote()),
      },
      default: 'pages',
    });
    expect(caches[RECLAIMABLES]().map(({ name }) => name)).toEqual([
      'cache:answers/memory1',
      'cache:answers/memory2',
      'cache:sessions/memory',
      'cache:pages',
    ]);
  });

  it('by whoever looks for it among the providers of an application', async () => {
    const app = await Test.createTestingModule({ imports: [CacheModule.forRoot({})] }).compile();
    await app.get(Cache).set('k', 'x'.repeat(1_000));
    const held = app.get(Caches)[RECLAIMABLES]();
    const expected: Partial<Reclaimable> = { name: 'cache:main' };
    expect(held).toEqual([expect.objectContaining(expected)]);
    expect(held[0]?.bytes).toBeGreaterThan(1_000);
    await app.close();
  });
});
