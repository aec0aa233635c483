import { EnvolError } from '@envol/common';
import { hashOf } from './shard-key-value.js';
import type { ShardStrategy } from './strategy.js';

/**
 * `crc32(key) % number of shards`, the shards in order of addition. Adding a fifth shard to four moves 80 % of the
 * keys: take it only where the data already lies that way, and `slots()` everywhere else.
 */
export function mod(): ShardStrategy {
  return {
    kind: 'mod',
    bind: (shards) => ({
      shardOf(canonical) {
        const shard = shards[hashOf(canonical) % shards.length];
        if (shard !== undefined) return shard;
        throw new EnvolError(
          'ENVOL_SHARDING_NO_SHARDS',
          'there is no shard yet',
          'Add a shard before asking where a key belongs.',
        );
      },
      slotCount: () => undefined,
    }),
  };
}
