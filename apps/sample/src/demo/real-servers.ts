import { startService } from '@envol/services';
import type { Teardown } from './teardown.js';

/** Two shards on each of two servers. */
const DATABASES = [
  ['atlas_0', 'atlas_1'],
  ['atlas_2', 'atlas_3'],
];

/**
 * Starts throwaway servers for the real profile.
 *
 * @returns the settings of Atlas that name them
 * @throws EnvolError `ENVOL_SERVICES_MISSING` when a program is nowhere; its hint says how to get it
 */
export async function startRealServers(teardown: Teardown): Promise<Record<string, string>> {
  const started = <T extends { stop(): Promise<void> }>(server: T): T => {
    teardown.add(() => server.stop());
    return server;
  };
  const redis = startService('redis').then(started);
  const memcached = startService('memcached').then(started);
  const consul = startService('consul').then(started);
  const databases = DATABASES.map(async (names) => {
    const server = started(await startService('postgres', { databases: names }));
    return names.map((name) => server.databaseUrl(name));
  });
  // All of them to their end, so that the teardown knows each one that runs, also when one cannot start.
  await Promise.allSettled([redis, memcached, consul, ...databases]);
  const { host, port } = await memcached;
  return {
    REDIS_URL: (await redis).url,
    MEMCACHED_SERVERS: `${host}:${port}`,
    CONSUL_URL: (await consul).url,
    SHARD_URLS: (await Promise.all(databases)).flat().join(','),
  };
}
