import { resolveShardingOptions } from '../src/core/options.js';
import type { ShardSurroundings } from '../src/core/shard.js';
import { ShardRouter, type EntityClass, type ShardingModuleOptions, type SqljsShardOptions } from '../src/index.js';

const open: ShardRouter[] = [];

/** Shards in memory named s0, s1 … */
export function memoryShards(count: number): SqljsShardOptions[] {
  return Array.from({ length: count }, (_, index) => ({ name: `s${index}`, type: 'sqljs' }));
}

/** A connected router with tables; {@link closeRouters} closes it. */
export async function connectedRouter(
  entities: readonly EntityClass[],
  options: ShardingModuleOptions,
  surroundings?: Partial<ShardSurroundings>,
): Promise<ShardRouter> {
  const router = new ShardRouter(resolveShardingOptions({ synchronize: true, ...options }), entities, surroundings);
  open.push(router);
  await router.connect();
  return router;
}

export async function closeRouters(): Promise<void> {
  await Promise.all(open.splice(0).map((router) => router.close()));
}

/** The first positive integers that belong to a shard. */
export function keysOn(router: ShardRouter, shard: string, count: number): number[] {
  const keys: number[] = [];
  for (let key = 1; keys.length < count; key++) if (router.shardOf(key) === shard) keys.push(key);
  return keys;
}

/** One key of a shard. */
export function keyOn(router: ShardRouter, shard: string): number {
  return keysOn(router, shard, 1)[0] ?? 0;
}
