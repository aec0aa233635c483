import { Caches, layered, memory, resolveCacheOptions, type Store } from '@envol/cache';
import { noMetrics } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { FakeRemote, remoteStore } from './fake-store.js';

describe('Caches.describe()', () => {
  it('tells what every cache is made of and holds, and which remote stores are down since when', async () => {
    const clock = new ManualClock();
    const remote = new FakeRemote();
    const plain: Store = { get: () => undefined, set: () => undefined, delete: () => false };
    const options = resolveCacheOptions({
      stores: {
        main: layered([memory(), remoteStore(remote)]),
        pages: memory(),
        own: { kind: 'own', create: () => plain },
      },
      default: 'main',
    });
    const caches = new Caches(options, { clock, metrics: noMetrics, onEvent: () => undefined });
    await caches.get('main').set('k', 'x'.repeat(1_000));
    const held = { items: 1, bytes: expect.any(Number) };
    const others = [
      { name: 'pages', kind: 'memory', items: 0, bytes: 0 },
      { name: 'own', kind: 'own' },
    ];
    const main = (remoteState: object) => ({
      name: 'main',
      kind: 'layered',
      parts: [
        { name: 'main/memory', kind: 'memory', ...held },
        { name: 'main/remote', kind: 'remote', ...remoteState },
      ],
    });
    expect(caches.describe()).toEqual([main({ state: 'up' }), ...others]);

    remote.mood = 'failing';
    for (const key of ['a', 'b', 'c']) await caches.get('main').get(key);
    const downSince = clock.now();
    await clock.advance(500);
    expect(caches.describe()).toEqual([main({ state: 'down', downSince }), ...others]);

    remote.mood = 'well';
    await clock.advance(500);
    expect(caches.describe()).toEqual([main({ state: 'up' }), ...others]);
    await caches.close();
  });
});
