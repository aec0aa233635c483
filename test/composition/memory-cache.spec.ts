import { Caches, CacheModule, layered, memory } from '@envol/cache';
import { eventually } from '@envol/common/testing';
import { MemoryModule, MemoryMonitor } from '@envol/memory';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';

let app: TestingModule | undefined;
afterEach(() => app?.close());

describe('@envol/memory with @envol/cache', () => {
  it('finds the memory stores by itself, also as layers, and shrinks the one that is over its limit: the coldest goes first', async () => {
    app = await Test.createTestingModule({
      imports: [
        CacheModule.forRoot({ stores: { main: memory(), other: layered([memory()]) }, default: 'main' }),
        MemoryModule.forRoot({ limits: { 'cache:main': '200kb', heapUsed: false, rss: false }, interval: '10ms' }),
      ],
    }).compile();
    await app.init();
    const [main, other] = [app.get(Caches).get('main'), app.get(Caches).get('other')];
    const value = 'x'.repeat(1_000);
    for (let index = 0; index < 1_000; index++) {
      await other.set(`key:${index}`, value);
      await main.set(`key:${index}`, value);
    }
    const caches = app.get(Caches);
    await eventually(() => (caches.describe().find(({ name }) => name === 'main')?.bytes ?? NaN) < 200 * 1_024, 10_000);

    await expect(main.get('key:999')).resolves.toBe(value);
    await expect(main.get('key:0')).resolves.toBeUndefined();
    await expect(other.get('key:0')).resolves.toBe(value);
    expect(app.get(MemoryMonitor).monitor().current['cache:other/memory']).toBeGreaterThan(1_000 * 1_000);
  });

  it('leaves a cache alone that is under its limit', async () => {
    app = await Test.createTestingModule({
      imports: [
        CacheModule.forRoot({}),
        MemoryModule.forRoot({ limits: { 'cache:main': '10mb', heapUsed: false, rss: false } }),
      ],
    }).compile();
    await app.init();
    const cache = app.get(Caches).get();
    await cache.set('key', 'value');
    await app.get(MemoryMonitor).check();
    await expect(cache.get('key')).resolves.toBe('value');
  });
});
