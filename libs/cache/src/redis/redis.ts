import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { guarded, guardOptionsShape, type GuardOptions } from '../core/guarded-store.js';
import type { StoreDefinition } from '../core/store.js';
import { RedisStore } from './redis-store.js';

/** Options of {@link redis}: where Redis is, and how long to wait for it. */
export interface RedisStoreOptions extends GuardOptions {
  /** `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. Either this or `client`. */
  readonly url?: string;
  /** A client of yours (ioredis 5). It is not closed with the cache. */
  readonly client?: Redis;
  /** Longest wait for a connection. Default `'1s'`. */
  readonly connectTimeout?: Duration;
}

const redisOptionsSchema = optionsObject({
  url: z.url({ protocol: /^rediss?$/, error: `expected a url such as 'redis://localhost:6379'` }).optional(),
  client: z.custom<Redis>(isClient, 'expected a client of ioredis 5').optional(),
  connectTimeout: duration().default(1_000),
  ...guardOptionsShape,
}).refine(({ url, client }) => (url === undefined) !== (client === undefined), 'expected either url or client');

/**
 * A store in Redis, shared by all processes with the same prefix. Every operation has a timeout; a Redis that is away
 * or hangs is left alone until it answers again, and the cache goes on without it.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
 */
export function redis(options: RedisStoreOptions): StoreDefinition {
  const { url, client, connectTimeout, ...guard } = resolveOptions(
    { lib: 'cache', what: 'redis() options' },
    redisOptionsSchema,
    options,
  );
  return {
    kind: 'redis',
    create(context) {
      const { name, keyspace, clock } = context;
      const parts = { name, keyspace, clock, connectTimeout, ownsClient: client === undefined };
      const store = new RedisStore(client ?? connect(url ?? '', connectTimeout), parts);
      return guarded(store, guard, context);
    },
  };
}

/** Commands fail at once while there is no connection (no queue), and are never sent twice. */
function connect(url: string, connectTimeout: number): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  });
}

/** Also a client of another installed copy of ioredis. */
function isClient(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'status' in value && 'unlink' in value && 'options' in value;
}
