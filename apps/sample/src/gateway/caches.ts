import { CacheModule, layered, memory, type StoreDefinition } from '@envol/cache';
import { memcached } from '@envol/cache/memcached';
import { redis } from '@envol/cache/redis';
import type { DynamicModule } from '@nestjs/common';
import type { Settings } from '../settings.js';

/** Answers about countries: few, dear to compute, the same for everybody. */
export const STATISTICS = 'statistics';

/** The caches of the gateway: in memory first, then in the servers that there are. */
export function cacheModule({ CACHE_TTL, REDIS_URL, MEMCACHED_SERVERS }: Settings): DynamicModule {
  const shared: StoreDefinition[] = REDIS_URL === undefined ? [] : [redis({ url: REDIS_URL })];
  const spread: StoreDefinition[] = MEMCACHED_SERVERS === undefined ? [] : [memcached({ servers: MEMCACHED_SERVERS })];
  return CacheModule.forRoot({
    prefix: 'atlas',
    ttl: CACHE_TTL,
    default: 'answers',
    stores: { answers: layered([memory(), ...shared]), [STATISTICS]: layered([memory(), ...spread]) },
  });
}
