import type { ConsulService } from './consul/consul.js';
import type { MemcachedService } from './memcached/memcached.js';
import type { PostgresService } from './postgres/postgres.js';
import { startAll } from './process/start-all.js';
import type { RedisService } from './redis/redis.js';
import { startService } from './registry.js';

/** What Atlas's real profile runs on. */
export interface AtlasServers {
  readonly redis: RedisService;
  readonly memcached: MemcachedService;
  readonly consul: ConsulService;
  /** The first two shards are on the first one, the others on the second. */
  readonly postgres: readonly [PostgresService, PostgresService];
  /** One database for each shard, in order. */
  readonly shardUrls: readonly string[];
  /** The variables by which Atlas finds them. */
  readonly environment: Readonly<Record<'REDIS_URL' | 'MEMCACHED_SERVERS' | 'CONSUL_URL' | 'SHARD_URLS', string>>;
  /** As `Service.stop`, for all of them. */
  stop(): Promise<void>;
}

const [FIRST, SECOND] = [
  ['atlas_0', 'atlas_1'],
  ['atlas_2', 'atlas_3'],
];

/**
 * Starts throwaway servers for Atlas's real profile. If one of them cannot be started, none is left behind.
 *
 * @throws EnvolError as {@link startService}
 */
export async function startAtlasServers(): Promise<AtlasServers> {
  const servers = await startAll([
    startService('redis'),
    startService('memcached'),
    startService('consul'),
    startService('postgres', { databases: FIRST }),
    startService('postgres', { databases: SECOND }),
  ]);
  const [redis, memcached, consul, first, second] = servers;
  const shardUrls = [
    ...FIRST.map((name) => first.databaseUrl(name)),
    ...SECOND.map((name) => second.databaseUrl(name)),
  ];
  return {
    redis,
    memcached,
    consul,
    postgres: [first, second],
    shardUrls,
    environment: {
      REDIS_URL: redis.url,
      MEMCACHED_SERVERS: `${memcached.host}:${memcached.port}`,
      CONSUL_URL: consul.url,
      SHARD_URLS: shardUrls.join(','),
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
