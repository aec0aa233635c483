import { sideBySide } from '../src/side-by-side.mjs';

const TTL = 300_000;
const VALUE = Object.freeze({ id: 2_988_507, name: 'Paris', country: 'FR', population: 2_138_551 });
const KEYS = Array.from({ length: 100_000 }, (_, index) => `city:${index}`);
/** For stores that are bounded by default: every call is to be a hit. */
const CAPACITY = 2 * KEYS.length;

export const benchmark = sideBySide(import.meta.url, {
  name: 'cache-hit',
  claim: 'A hit in memory through getOrSet, with a TTL and with metrics, costs less than in any other cache.',
  inputs: KEYS,
  facts: { keys: KEYS.length, 'TTL in seconds': TTL / 1_000 },
  subjects: {
    ours: filled(ours),
    'cache-manager': filled(cacheManager),
    cacheable: filled(cacheable),
    bentocache: filled(bentocache),
    'async-cache-dedupe': filled(asyncCacheDedupe),
    floor: filled(awaitedMap),
  },
});

const compute = async () => VALUE;

/** As an application has it: with both modules, so that every hit is counted for Prometheus. */
async function ours() {
  await import('reflect-metadata');
  const { NestFactory } = await import('@nestjs/core');
  const { Cache, CacheModule, memory } = await import('@envol/cache');
  const { PerformanceModule } = await import('@envol/performance');
  const caching = CacheModule.forRoot({ ttl: TTL, stores: { main: memory({ maxItems: CAPACITY }) } });
  const module = { ...caching, imports: [...(caching.imports ?? []), PerformanceModule.forRoot({})] };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  const cache = app.get(Cache);
  return { call: (key) => cache.getOrSet(key, compute), close: () => app.close() };
}

async function cacheManager() {
  const { createCache } = await import('cache-manager');
  const cache = createCache({ ttl: TTL });
  return { call: (key) => cache.wrap(key, compute) };
}

async function cacheable() {
  const { Cacheable } = await import('cacheable');
  const cache = new Cacheable({ ttl: TTL });
  return { call: (key) => cache.getOrSet(key, compute) };
}

async function bentocache() {
  const { BentoCache, bentostore } = await import('bentocache');
  const { memoryDriver } = await import('bentocache/drivers/memory');
  const main = bentostore().useL1Layer(memoryDriver({ maxItems: CAPACITY, serialize: false }));
  const cache = new BentoCache({ default: 'main', ttl: TTL, stores: { main } });
  return { call: (key) => cache.getOrSet({ key, factory: compute }) };
}

async function asyncCacheDedupe() {
  const { createCache } = await import('async-cache-dedupe');
  const cache = createCache({ ttl: TTL / 1_000, storage: { type: 'memory', options: { size: CAPACITY } } });
  cache.define('city', compute);
  return { call: (key) => cache.city(key) };
}

/** What is left when a cache does nothing: a lookup and a promise. */
function awaitedMap() {
  const values = new Map(KEYS.map((key) => [key, VALUE]));
  return { call: async (key) => values.get(key) };
}

/** The subject once every key is in its cache. */
function filled(make) {
  return async () => {
    const subject = await make();
    for (const key of KEYS) await subject.call(key);
    return subject;
  };
}
