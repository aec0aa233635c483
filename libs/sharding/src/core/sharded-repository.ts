import type { EntityManager, ObjectLiteral, Repository } from 'typeorm';
import type { Scatter } from './scatter/scatter.js';
import type { ShardKeyValue } from './shard-key-value.js';
import type { Shard } from './shard.js';
import type { EntityClass, ShardedEntity } from './sharded-entity.js';

/** One entity, over all shards. */
export class ShardedRepository<E extends ObjectLiteral> {
  constructor(
    private readonly target: EntityClass<E>,
    private readonly entity: ShardedEntity,
    private readonly locate: (canonical: string) => Shard,
    /** Questions to several shards at once. */
    readonly scatter: Scatter<E>,
  ) {}

  /**
   * The plain TypeORM repository of the one shard that `key` belongs to.
   *
   * @throws ShardUnavailableError at once when that shard is known to be away.
   * @throws EnvolError `ENVOL_SHARDING_INVALID_KEY`.
   */
  forKey(key: ShardKeyValue): Repository<E> {
    return this.#upShard(key).dataSource.getRepository(this.target);
  }

  /**
   * Runs `fn` in a transaction on the one shard that `key` belongs to. There are no transactions over several shards:
   * what is written through the manager must belong to this one, or it is refused.
   *
   * @throws ShardUnavailableError, also when the shard is lost during COMMIT: the message says that the outcome is unknown.
   */
  async transaction<T>(key: ShardKeyValue, fn: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#upShard(key).dataSource.transaction(fn);
  }

  #upShard(key: ShardKeyValue): Shard {
    const shard = this.locate(this.entity.canonicalKey(key));
    shard.assertUp();
    return shard;
  }
}
