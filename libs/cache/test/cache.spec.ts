import {
  Caches,
  layered,
  memory,
  resolveCacheOptions,
  StoreUnavailableError,
  type CacheModuleOptions,
  type Store,
  type StoreDefinition,
  type StoreEvent,
} from '@envol/cache';
import { requestContext } from '@envol/common';
import { ManualClock, RecordingMetrics } from '@envol/common/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { FakeRemote, remoteStore } from './fake-store.js';

function setUp(options: CacheModuleOptions = {}) {
  const clock = new ManualClock();
  const metrics = new RecordingMetrics();
  const events: StoreEvent[] = [];
  const caches = new Caches(resolveCacheOptions(options), { clock, metrics, onEvent: (event) => events.push(event) });
  return { caches, cache: caches.get(), clock, metrics, events };
}

function setUpLayers() {
  const remote = new FakeRemote();
  const parts = setUp({ ttl: '10s', stores: { main: layered([memory(), remoteStore(remote)]) } });
  return { remote, ...parts };
}

/** Lets promises settle. */
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('a cache', () => {
  it.each([[null], [0], [''], [false], [[]], [{ a: 1 }]])('takes %p for a value', async (value) => {
    const { cache } = setUp();
    const factory = jest.fn(() => value);
    await expect(cache.getOrSet('k', factory)).resolves.toEqual(value);
    await expect(cache.getOrSet('k', factory)).resolves.toEqual(value);
    await expect(cache.get('k')).resolves.toEqual(value);
    await expect(cache.has('k')).resolves.toBe(true);
    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('forgets a value when its TTL is over, not before', async () => {
    const { cache, clock } = setUp({ ttl: '1s' });
    await cache.set('default', 1);
    await cache.set('own', 1, { ttl: '2s' });
    await clock.advance(999);
    expect([await cache.has('default'), await cache.has('own')]).toEqual([true, true]);
    await clock.advance(1);
    expect([await cache.has('default'), await cache.has('own')]).toEqual([false, true]);
  });

  it('refuses undefined, and does not keep a factory that returns it', async () => {
    const { cache } = setUp();
    const factory = jest.fn(() => undefined);
    await expect(cache.set('k', undefined)).rejects.toMatchObject({ code: 'ENVOL_CACHE_UNDEFINED_VALUE' });
    await expect(cache.getOrSet('k', factory)).resolves.toBeUndefined();
    await tick();
    await cache.getOrSet('k', factory);
    expect(factory).toHaveBeenCalledTimes(2);
  });

  it.each(['', 'x'.repeat(201)])('refuses the key %p', async (key) => {
    const { cache } = setUp();
    const refused = { code: 'ENVOL_CACHE_INVALID_KEY' };
    await expect(cache.get(key)).rejects.toMatchObject(refused);
    await expect(cache.set(key, 1)).rejects.toMatchObject(refused);
    await expect(cache.getOrSet(key, () => 1)).rejects.toMatchObject(refused);
    await expect(cache.delete(key)).rejects.toMatchObject(refused);
    await expect(cache.has(key)).rejects.toMatchObject(refused);
  });

  it.each([0, -1, Infinity, 1e300, '5 minutes' as '5m'])('refuses the TTL %p before the factory runs', async (ttl) => {
    const { cache } = setUp();
    const factory = jest.fn(() => 1);
    await expect(cache.getOrSet('k', factory, { ttl })).rejects.toMatchObject({ code: 'ENVOL_CACHE_INVALID_TTL' });
    await expect(cache.set('k', 1, { ttl })).rejects.toMatchObject({ code: 'ENVOL_CACHE_INVALID_TTL' });
    expect(factory).not.toHaveBeenCalled();
  });

  it('removes a key, and says whether it was there', async () => {
    const { cache } = setUp();
    await cache.set('k', 1);
    await expect(cache.delete('k')).resolves.toBe(true);
    await expect(cache.delete('k')).resolves.toBe(false);
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('follows the document that Envol grew from: optimizeQueries is getOrSet with seconds', async () => {
    const { cache, clock } = setUp();
    await cache.optimizeQueries('q', () => 'rows', 2);
    await cache.optimizeQueries('hour', () => 'rows');
    await clock.advance(1_999);
    await expect(cache.get('q')).resolves.toBe('rows');
    await clock.advance(1);
    await expect(cache.get('q')).resolves.toBeUndefined();
    await clock.advance(3_600_000 - 2_001);
    await expect(cache.has('hour')).resolves.toBe(true);
    await clock.advance(1);
    await expect(cache.has('hour')).resolves.toBe(false);
  });

  it('counts hits, misses and the time of factories', async () => {
    const { cache, metrics } = setUp();
    await cache.get('k');
    await Promise.all([cache.getOrSet('k', () => 1), cache.getOrSet('k', () => 1)]);
    await tick();
    await cache.getOrSet('k', () => 1);
    const labels = { cache: 'main' };
    expect(metrics.value('envol_cache_coalesced_total', labels)).toBe(1);
    expect(metrics.value('envol_cache_hits_total', labels)).toBe(1);
    expect(metrics.value('envol_cache_misses_total', labels)).toBe(2);
    expect(metrics.value('envol_cache_factory_seconds', labels)).toBe(1);
    expect(metrics.value('envol_cache_items', { store: 'main' })).toBe(1);
  });
});

describe('many callers of one cold key', () => {
  it('share one run and its value', async () => {
    const { cache, clock } = setUp();
    const factory = jest.fn(() => new Promise<string>((resolve) => void clock.setTimeout(() => resolve('value'), 50)));
    const answers = Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('k', factory)));
    await clock.advance(50);
    expect(new Set(await answers)).toEqual(new Set(['value']));
    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('share one rejection, which is not kept', async () => {
    const { cache } = setUp();
    const factory = jest.fn(() => Promise.reject(new Error('database is away')));
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => cache.getOrSet('k', factory)));
    expect(answers.every((answer) => answer.status === 'rejected')).toBe(true);
    expect(factory).toHaveBeenCalledTimes(1);
    await tick();
    await expect(cache.getOrSet('k', () => 'back')).resolves.toBe('back');
  });

  it('share one run also when the slow layer has to be asked first', async () => {
    const { cache, remote } = setUpLayers();
    const factory = jest.fn(() => 1);
    await Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('k', factory)));
    expect(factory).toHaveBeenCalledTimes(1);
    expect(remote.calls.filter((call) => call === 'get k')).toHaveLength(1);
  });

  it('run the factory outside of the deadline of the one who came first, under its request id', async () => {
    const { cache } = setUp();
    const seen = await requestContext.run({ requestId: 'r1', deadline: 5 }, () =>
      cache.getOrSet('k', () => requestContext.current()),
    );
    expect(seen).toEqual({ requestId: 'r1' });
  });
});

describe('a slow factory', () => {
  const slowly = (clock: ManualClock) => () =>
    new Promise<string>((resolve) => void clock.setTimeout(() => resolve('late'), 3_000));

  it('has its value kept for the whole TTL, counted from when it is there', async () => {
    const { cache, clock } = setUp({ ttl: '1s' });
    const answer = cache.getOrSet('k', slowly(clock));
    await clock.advance(3_000);
    await answer;
    await clock.advance(999);
    await expect(cache.get('k')).resolves.toBe('late');
    await clock.advance(1);
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('holds up a request until its deadline only, and its value is there for the next', async () => {
    const { cache, clock } = setUp();
    const hurried = requestContext.run({ deadline: clock.now() + 500 }, () => cache.getOrSet('k', slowly(clock)));
    const patient = cache.getOrSet('k', slowly(clock));
    await Promise.all([expect(hurried).rejects.toMatchObject({ code: 'ENVOL_CACHE_DEADLINE' }), clock.advance(500)]);
    await clock.advance(2_500);
    await expect(patient).resolves.toBe('late');
    await expect(cache.get('k')).resolves.toBe('late');
  });
});

describe('a write while a factory runs', () => {
  it.each(['delete', 'set'] as const)('wins: after %s the old value is not stored', async (operation) => {
    const { cache } = setUp();
    let finish: (value: string) => void = () => undefined;
    const old = cache.getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)));
    await tick();
    await (operation === 'delete' ? cache.delete('k') : cache.set('k', 'new'));
    finish('old');
    await expect(old).resolves.toBe('old');
    await tick();
    await expect(cache.get('k')).resolves.toBe(operation === 'delete' ? undefined : 'new');
  });

  it('makes later callers run anew instead of waiting for the old value', async () => {
    const { cache } = setUp();
    const never = cache.getOrSet('k', () => new Promise<string>(() => undefined));
    await tick();
    await cache.delete('k');
    await expect(cache.getOrSet('k', () => 'new')).resolves.toBe('new');
    expect(never).toBeInstanceOf(Promise);
  });
});

describe('a factory that asks for its own key', () => {
  it('runs again inside instead of waiting for itself for ever', async () => {
    const { cache } = setUp();
    const answer = cache.getOrSet('k', async () => `outer ${await cache.getOrSet('k', () => 'inner')}`);
    await expect(answer).resolves.toBe('outer inner');
    await expect(cache.get('k')).resolves.toBe('outer inner');
  });

  it('through another key does so too', async () => {
    const { cache } = setUp();
    const answer = cache.getOrSet('a', async () =>
      cache.getOrSet('b', async () => `b of ${await cache.getOrSet('a', () => 'inner a')}`),
    );
    await expect(answer).resolves.toBe('b of inner a');
  });
});

describe('layers', () => {
  it('promote a hit with the time it has left', async () => {
    const { cache, clock, remote, metrics } = setUpLayers();
    const now = clock.now();
    remote.entries.set('k', { value: 'v', createdAt: now, expiresAt: now + 1_500 });
    await expect(cache.get('k')).resolves.toBe('v');
    await tick();
    remote.entries.clear();
    await clock.advance(1_499);
    await expect(cache.get('k')).resolves.toBe('v');
    await clock.advance(1);
    await expect(cache.get('k')).resolves.toBeUndefined();
    expect(metrics.value('envol_cache_layer_hits_total', { store: 'main/remote' })).toBe(1);
    expect(metrics.value('envol_cache_layer_hits_total', { store: 'main/memory' })).toBe(1);
  });

  it('promote falsy values', async () => {
    const { cache, clock, remote } = setUpLayers();
    remote.entries.set('k', { value: null, createdAt: clock.now(), expiresAt: clock.now() + 1_000 });
    await cache.get('k');
    await tick();
    remote.entries.clear();
    await expect(cache.get('k')).resolves.toBeNull();
  });

  it('take an expired entry in the slow layer for a miss', async () => {
    const { cache, clock, remote } = setUpLayers();
    remote.entries.set('k', { value: 'old', createdAt: 0, expiresAt: clock.now() });
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('are all written and all deleted from', async () => {
    const { cache, remote } = setUpLayers();
    await cache.set('k', 1);
    expect(remote.entries.get('k')).toMatchObject({ value: 1 });
    await cache.delete('k');
    expect(remote.entries.size).toBe(0);
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it("share one question to a slow first layer, and its failure is nobody else's", async () => {
    const remote = new FakeRemote();
    const { cache } = setUp({ stores: { main: layered([remoteStore(remote)]) } });
    remote.mood = 'failing';
    const answers = await Promise.all(Array.from({ length: 3 }, () => cache.get('k')));
    await tick();
    expect(answers).toEqual([undefined, undefined, undefined]);
    expect(remote.calls).toEqual(['get k']);
  });

  it('do not promote what was found before a delete', async () => {
    const { cache, clock, remote } = setUpLayers();
    remote.entries.set('k', { value: 'old', createdAt: clock.now(), expiresAt: clock.now() + 5_000 });
    remote.mood = 'gated';
    const reading = cache.get('k');
    const deleting = cache.delete('k');
    await remote.release();
    await remote.release();
    await Promise.all([reading, deleting]);
    await tick();
    expect(remote.entries.size).toBe(0);
    remote.mood = 'well';
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('do not answer a read that begins after a delete with what was found before it', async () => {
    const { cache, clock, remote } = setUpLayers();
    remote.entries.set('k', { value: 'old', createdAt: clock.now(), expiresAt: clock.now() + 5_000 });
    remote.mood = 'gated';
    void cache.get('k');
    const deleting = cache.delete('k');
    await tick();
    const later = cache.get('k');
    for (let call = 0; call < 3; call++) await remote.release();
    await deleting;
    await expect(later).resolves.toBeUndefined();
  });

  it('are deleted from slowest first, so that a read meanwhile brings nothing back', async () => {
    const { cache, remote } = setUpLayers();
    await cache.set('k', 'old');
    remote.mood = 'gated';
    const deleting = cache.delete('k');
    await expect(cache.get('k')).resolves.toBe('old');
    await remote.release();
    await deleting;
    remote.mood = 'well';
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('do not bring back what was deleted while a slower layer was read', async () => {
    const { cache, clock, remote } = setUpLayers();
    remote.entries.set('k', { value: 'old', createdAt: clock.now(), expiresAt: clock.now() + 5_000 });
    const reading = cache.get('k');
    const deleting = cache.delete('k');
    await Promise.all([reading, deleting]);
    await tick();
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('hold a value in none of them when one cannot hold it', async () => {
    const remote = new FakeRemote();
    const refusal = Object.assign(new Error('too large'), { [Symbol.for('envol:error')]: true, code: 'ENVOL_X' });
    remote.set = () => Promise.reject(refusal);
    const { cache, events } = setUp({ stores: { main: layered([memory(), remoteStore(remote)]) } });
    for (let attempt = 0; attempt < 5; attempt++) await expect(cache.set('k', 1)).rejects.toBe(refusal);
    await expect(cache.get('k')).resolves.toBeUndefined();
    expect(events).toEqual([]);
  });
});

describe('a remote store', () => {
  it('that hangs never hangs a read: it waits for the timeout, then for the factory only', async () => {
    const { cache, clock, remote, events } = setUpLayers();
    remote.mood = 'hanging';
    const first = cache.getOrSet('a', () => 'from the factory');
    await clock.advance(250);
    await expect(first).resolves.toBe('from the factory');
    for (const key of ['b', 'c']) {
      const answer = cache.getOrSet(key, () => key);
      await clock.advance(250);
      await answer;
    }
    expect(events).toEqual([{ type: 'store-down', store: 'main/remote', cause: expect.any(Error) }]);
    const before = remote.calls.length;
    await expect(cache.getOrSet('d', () => 'at once')).resolves.toBe('at once');
    expect(remote.calls).toHaveLength(before);
  });

  it('that fails is passed over, and used again when it is back', async () => {
    const { cache, clock, remote, events, metrics } = setUpLayers();
    remote.mood = 'failing';
    await expect(cache.getOrSet('k', () => 1)).resolves.toBe(1);
    await expect(cache.get('k')).resolves.toBe(1);
    await expect(cache.get('other')).resolves.toBeUndefined();
    expect(metrics.value('envol_cache_store_down', { store: 'main/remote' })).toBe(1);
    remote.mood = 'well';
    await clock.advance(1_000);
    expect(events.map(({ type }) => type)).toEqual(['store-down', 'store-up']);
    expect(metrics.value('envol_cache_store_down', { store: 'main/remote' })).toBe(0);
    await cache.set('k', 2);
    expect(remote.entries.get('k')).toMatchObject({ value: 2 });
  });

  it('is asked on after failures with successes between them, and every failure is counted', async () => {
    const { cache, remote, events, metrics } = setUpLayers();
    for (let round = 0; round < 3; round++) {
      remote.mood = 'failing';
      await cache.get('missing 1');
      await cache.get('missing 2');
      remote.mood = 'well';
      await cache.get('missing 3');
    }
    expect(events).toEqual([]);
    expect(metrics.value('envol_cache_store_errors_total', { store: 'main/remote' })).toBe(6);
    expect(metrics.value('envol_cache_failed_reads_total', { cache: 'main' })).toBe(0);
  });

  it('that refuses an operation itself is not taken for ill, and the refusal is counted', async () => {
    const { cache, remote, events, metrics } = setUpLayers();
    remote.set = () => Promise.reject(new StoreUnavailableError('main/remote', 'set', 'out of memory'));
    for (let write = 0; write < 5; write++) await expect(cache.set('k', write)).rejects.toThrow('out of memory');
    expect(events).toEqual([]);
    expect(metrics.value('envol_cache_store_errors_total', { store: 'main/remote' })).toBe(5);
    await expect(cache.get('k')).resolves.toBe(4);
  });

  it('is not asked any more once its cache is closed', async () => {
    const { caches, cache, clock, remote } = setUpLayers();
    remote.mood = 'failing';
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    await caches.close();
    await clock.advance(60_000);
    expect(remote.calls).not.toContain('ping');
  });

  it('whose ping throws is still down, and the process lives', async () => {
    const { cache, clock, remote, events } = setUpLayers();
    remote.mood = 'failing';
    remote.ping = () => {
      throw new Error('not even a promise');
    };
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    await clock.advance(5_000);
    expect(events.map(({ type }) => type)).toEqual(['store-down']);
  });

  it('that did not take a write makes the write fail, and the other layers have it', async () => {
    const { cache, remote } = setUpLayers();
    remote.mood = 'failing';
    await expect(cache.set('k', 1)).rejects.toMatchObject({
      code: 'ENVOL_CACHE_STORE_UNAVAILABLE',
      store: 'main/remote',
    });
    await expect(cache.get('k')).resolves.toBe(1);
    await expect(cache.delete('k')).rejects.toMatchObject({ code: 'ENVOL_CACHE_STORE_UNAVAILABLE' });
    await expect(cache.get('k')).resolves.toBeUndefined();
  });

  it('as the only store: a read is a miss while it is away, and a computed value is not lost', async () => {
    const remote = new FakeRemote();
    const { cache, metrics } = setUp({ stores: { main: remoteStore(remote) } });
    remote.mood = 'failing';
    await expect(cache.get('k')).resolves.toBeUndefined();
    await expect(cache.getOrSet('k', () => 'computed')).resolves.toBe('computed');
    await tick();
    expect(metrics.value('envol_cache_lost_writes_total', { cache: 'main' })).toBe(1);
    expect(metrics.value('envol_cache_failed_reads_total', { cache: 'main' })).toBe(2);
  });
});

describe('a store of somebody else', () => {
  it('that throws or rejects never stops a read', async () => {
    const broken = (get: Store['get']): StoreDefinition => ({
      kind: 'broken',
      create: () => ({ get, set: () => Promise.reject(new Error('no')), delete: () => false }),
    });
    const rejecting = broken(() => Promise.reject(new Error('no')));
    const throwing = broken(() => {
      throw new Error('no');
    });
    const { caches } = setUp({ stores: { rejecting, throwing }, default: 'throwing' });
    for (const name of caches.names) {
      await expect(caches.get(name).get('k')).resolves.toBeUndefined();
      await expect(caches.get(name).getOrSet('k', () => 'value')).resolves.toBe('value');
    }
  });

  it('that cannot open stops the start, and the others are closed again', async () => {
    const closed: string[] = [];
    const parts = { get: () => undefined, set: () => undefined, delete: () => false };
    const well = { kind: 'well', create: () => ({ ...parts, close: async () => void closed.push('well') }) };
    const ill = { kind: 'ill', create: () => ({ ...parts, open: () => Promise.reject(new Error('cannot')) }) };
    const { caches } = setUp({ stores: { well, ill }, default: 'well' });
    await expect(caches.open()).rejects.toThrow('cannot');
    expect(closed).toEqual(['well']);
  });
});

describe('warmUp', () => {
  it('shares its run with who asks meanwhile, and a delete wins over it', async () => {
    const { cache } = setUp();
    const factory = jest.fn(async () => {
      await tick();
      return 'warm';
    });
    const warming = cache.warmUp({ k: factory });
    await tick();
    await expect(cache.getOrSet('k', factory)).resolves.toBe('warm');
    await warming;
    expect(factory).toHaveBeenCalledTimes(1);

    const again = cache.warmUp({ other: factory });
    await cache.has('other');
    await cache.delete('other');
    await again;
    await expect(cache.get('other')).resolves.toBeUndefined();
  });

  it('reports what a store did not take, and a generator that has nothing', async () => {
    const { cache, remote } = setUpLayers();
    remote.mood = 'failing';
    const report = await cache.warmUp({ lost: () => 1, nothing: () => undefined });
    expect(report.failed.toSorted((a, b) => a.key.localeCompare(b.key))).toEqual([
      { key: 'lost', error: expect.objectContaining({ code: 'ENVOL_CACHE_STORE_UNAVAILABLE' }) },
      { key: 'nothing', error: expect.objectContaining({ code: 'ENVOL_CACHE_UNDEFINED_VALUE' }) },
    ]);
  });

  it.each([{ concurrency: 0 }, { concurrency: NaN }, { ttl: 'soon' as '5m' }, { paralel: 3 }])(
    'refuses the options %j',
    async (options) => {
      const { cache } = setUp();
      await expect(cache.warmUp({ k: () => 1 }, options)).rejects.toMatchObject({
        code: 'ENVOL_CACHE_INVALID_OPTIONS',
      });
    },
  );

  it('fills in what is missing, a bounded number at a time; one failure does not stop the others', async () => {
    const { cache } = setUp();
    await cache.set('there', 1);
    let running = 0;
    let most = 0;
    const generate = async () => {
      most = Math.max(most, ++running);
      await tick();
      running -= 1;
      return 'warm';
    };
    const failure = new Error('no rows');
    const generators = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, generate]));
    const report = await cache.warmUp(
      { there: generate, ...generators, bad: () => Promise.reject(failure) },
      { concurrency: 3 },
    );
    expect(report.present).toEqual(['there']);
    expect(report.filled).toHaveLength(20);
    expect(report.failed).toEqual([{ key: 'bad', error: failure }]);
    expect(most).toBe(3);
    await expect(cache.get('k7')).resolves.toBe('warm');
  });
});

describe('options', () => {
  const problemOf = (options: object) => () => resolveCacheOptions(options);
  it.each<[object, RegExp]>([
    [{ tll: 1 }, /"tll" is not an option, did you mean "ttl"/],
    [{ prefix: 'a b' }, /prefix: expected 1 to 40 letters/],
    [{ stores: {} }, /stores: expected at least one store/],
    [{ stores: { main: 'redis' } }, /stores\.main: expected a store/],
    [{ stores: { a: memory(), b: memory() } }, /default: must be given when there are several stores; stores are a, b/],
    [{ stores: { a: memory() }, default: 'b' }, /default: there is no store "b"; stores are a/],
  ])('%p are refused', (options, message) => {
    expect(problemOf(options)).toThrow(message);
  });

  it('of stores are checked where they are made', () => {
    expect(() => layered([])).toThrow(/layered\(\) options: layers/);
  });

  it('an unknown store is refused, with the nearest name', () => {
    const { caches } = setUp({ stores: { sessions: memory(), pages: memory() }, default: 'pages' });
    expect(caches.get().name).toBe('pages');
    expect(() => caches.get('session')).toThrow(expect.objectContaining({ hint: 'Did you mean "sessions"?' }));
  });
});
