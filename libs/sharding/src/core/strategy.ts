/** Decides which shard a key belongs to. Made by `slots()` or `mod()`, bound to the shards at start. */
export interface ShardStrategy {
  readonly kind: 'slots' | 'mod';
  /**
   * Binds the strategy to the shards, in order of addition.
   *
   * @throws EnvolError `ENVOL_SHARDING_INVALID_MAP` if it does not fit them.
   */
  bind(shards: readonly string[]): ShardLocator;
}

/** A strategy that knows its shards. */
export interface ShardLocator {
  /** The name of the shard that a canonical key belongs to. */
  shardOf(canonical: string): string;
  /** How many of the slots a shard holds; `undefined` where shards do not hold slots. */
  slotCount(shard: string): number | undefined;
}
