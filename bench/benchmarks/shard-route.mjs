import { sideBySide } from '../src/side-by-side.mjs';

const SHARDS = ['shard-1', 'shard-2', 'shard-3', 'shard-4'];
const KEYS = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);

export const benchmark = sideBySide(import.meta.url, {
  name: 'shard-route',
  claim:
    'The shard of a key is found through 16,384 slots in less time than a Redis Cluster client takes for its slot.',
  inputs: KEYS,
  facts: {
    shards: SHARDS.length,
    keys: KEYS.length,
    peer: 'its slot in a list of nodes, as ioredis has it',
    floor: 'crc32 % shards',
  },
  subjects: {
    ours: async () => {
      await import('reflect-metadata');
      const { canonicalKey, slots } = await import('@envol/sharding');
      const locator = slots().bind(SHARDS);
      return { call: (key) => locator.shardOf(canonicalKey(key)) };
    },
    'cluster-key-slot': async () => {
      const { default: slotOf } = await import('cluster-key-slot');
      const holders = Array.from({ length: 16_384 }, (_, slot) => SHARDS[slot >> 12]);
      return { call: (key) => holders[slotOf(key)] };
    },
    floor: async () => {
      const { crc32 } = await import('@envol/common/core');
      return { call: (key) => SHARDS[crc32(key) % SHARDS.length] };
    },
  },
});
