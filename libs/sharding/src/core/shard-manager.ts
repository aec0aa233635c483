import { EnvolError } from '@envol/common';
import { mod } from './mod.js';
import type { PostgresShardOptions, ShardOptions, SqljsShardOptions } from './options.js';
import { canonicalKey, type ShardKeyValue } from './shard-key-value.js';
import type { ShardStrategy } from './strategy.js';

/**
 * Collects shards one by one, for configurations that are put together in code; its `shards` go into
 * `ShardingModule.forRoot({ shards })`. It opens no connection. Shards are added before the start: a running
 * application cannot be given one, because rows would have to move first.
 */
export class ShardManager {
  readonly #shards = new Map<string, ShardOptions>();

  /**
   * @param strategy default `mod()`, `crc32(key) % number of shards`. With `slots(map)` the map must name the shards
   *   that were added, so ask only once all of them are there.
   */
  constructor(private readonly strategy: ShardStrategy = mod()) {}

  /** The shards, in order of addition. */
  get shards(): ShardOptions[] {
    return [...this.#shards.values()];
  }

  /** @throws EnvolError `ENVOL_SHARDING_DUPLICATE_SHARD` if the name is taken. */
  addShard(name: string, config: Omit<PostgresShardOptions, 'name'> | Omit<SqljsShardOptions, 'name'>): this {
    if (this.#shards.has(name)) {
      throw new EnvolError(
        'ENVOL_SHARDING_DUPLICATE_SHARD',
        `shard "${name}" is there already`,
        'Give each shard its own name.',
      );
    }
    this.#shards.set(name, { ...config, name });
    return this;
  }

  /** Name of the shard that `key` belongs to, among those added so far. */
  getShardForKey(key: ShardKeyValue): string {
    return this.strategy.bind([...this.#shards.keys()]).shardOf(canonicalKey(key));
  }
}
