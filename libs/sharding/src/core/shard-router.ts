import { EnvolError, nearest, noMetrics, systemClock } from '@envol/common';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { checkEntities, checkEntityClass } from './entity-checks.js';
import type { ResolvedShardingOptions } from './options.js';
import { Scatter } from './scatter/scatter.js';
import { canonicalKey, slotOf, type ShardKeyValue } from './shard-key-value.js';
import { Shard, type ShardDescription, type ShardSurroundings } from './shard.js';
import type { EntityClass, ShardedEntity } from './sharded-entity.js';
import { ShardedRepository } from './sharded-repository.js';
import { SlotKeeper } from './slot-keeper.js';
import type { ShardLocator } from './strategy.js';

/** Knows the shards and which one a key belongs to. */
export class ShardRouter {
  /** Names of the shards, in order of addition. */
  readonly shards: readonly string[];
  readonly #shards: ReadonlyMap<string, Shard>;
  readonly #locator: ShardLocator;
  readonly #classes: readonly EntityClass[];
  readonly #surroundings: ShardSurroundings;
  #entities: readonly ShardedEntity[] = [];

  /**
   * @param surroundings default: the real time and `Math.random`, no metrics, nobody told
   * @throws EnvolError for entities without a sound shard key and for a slot map that does not fit the shards.
   */
  constructor(
    options: ResolvedShardingOptions,
    entities: readonly EntityClass[],
    surroundings: Partial<ShardSurroundings> = {},
  ) {
    for (const entity of entities) checkEntityClass(entity);
    this.shards = options.shards.map(({ name }) => name);
    this.#locator = options.strategy.bind(this.shards);
    this.#classes = entities;
    this.#surroundings = {
      clock: systemClock,
      random: Math.random,
      metrics: noMetrics,
      onChange: () => undefined,
      ...surroundings,
    };
    this.#shards = new Map(
      options.shards.map((shard) => [shard.name, new Shard(shard, options, entities, this.#surroundings)]),
    );
  }

  /**
   * Checks the entities, then makes one attempt to connect each shard, all at once. A shard that is not there neither
   * rejects nor delays the others; it is looked for in the background.
   *
   * @throws EnvolError if an entity cannot be sharded soundly; no connection was opened then.
   */
  async connect(): Promise<void> {
    const shards = [...this.#shards.values()];
    for (const { dataSource } of shards) await dataSource.prepare();
    const [first] = shards;
    if (first === undefined) return;
    this.#entities = checkEntities(this.#classes, first.dataSource.entityMetadatas, first.dataSource.driver);
    for (const { name, dataSource } of shards) {
      dataSource.subscribe(new SlotKeeper(name, this.#entities, (canonical) => this.#locator.shardOf(canonical)));
    }
    await Promise.all(shards.map((shard) => shard.connect()));
  }

  /** Closes every connection and stops every timer. */
  async close(): Promise<void> {
    await Promise.all([...this.#shards.values()].map((shard) => shard.close()));
  }

  /**
   * Name of the shard that a key belongs to.
   *
   * @throws EnvolError `ENVOL_SHARDING_INVALID_KEY`, see `canonicalKey()`.
   */
  shardOf(key: ShardKeyValue): string {
    return this.#locator.shardOf(canonicalKey(key));
  }

  /** The same as {@link shardOf}. */
  getShardForKey(key: ShardKeyValue): string {
    return this.shardOf(key);
  }

  /** The slot of a key: what a raw SQL INSERT has to write into `shard_slot`. */
  slotOf(key: ShardKeyValue): number {
    return slotOf(key);
  }

  /**
   * The TypeORM data source of a shard, for what no repository covers: migrations, raw SQL, bulk loading. It is the
   * same object for the whole life of the application.
   *
   * @throws EnvolError `ENVOL_SHARDING_UNKNOWN_SHARD`.
   */
  dataSource(name: string): DataSource {
    const shard = this.#shards.get(name);
    if (shard !== undefined) return shard.dataSource;
    const guess = nearest(name, this.shards);
    throw new EnvolError(
      'ENVOL_SHARDING_UNKNOWN_SHARD',
      `there is no shard "${name}"`,
      guess === undefined ? `The shards are: ${this.shards.join(', ')}.` : `Did you mean "${guess}"?`,
    );
  }

  /** State, slots and pool of every shard. Holds no secrets. */
  describe(): readonly ShardDescription[] {
    return [...this.#shards.values()].map((shard) => shard.describe(this.#locator.slotCount(shard.name)));
  }

  /**
   * The repository of an entity over all shards, after {@link connect}.
   *
   * @throws EnvolError `ENVOL_SHARDING_UNKNOWN_ENTITY` for a class that is not among the entities.
   */
  repository<E extends ObjectLiteral>(target: EntityClass<E>): ShardedRepository<E> {
    const entity = this.#entities.find((candidate) => candidate.target === target);
    if (entity === undefined) {
      throw new EnvolError(
        'ENVOL_SHARDING_UNKNOWN_ENTITY',
        `${target.name} is not among the sharded entities`,
        'Add it to the entities of ShardingModule.',
      );
    }
    const locate = (canonical: string): Shard => this.#shardNamed(this.#locator.shardOf(canonical));
    const scatter = new Scatter<E>(target, entity, [...this.#shards.values()], locate, this.#surroundings);
    return new ShardedRepository(target, entity, locate, scatter);
  }

  #shardNamed(name: string): Shard {
    const shard = this.#shards.get(name);
    if (shard !== undefined) return shard;
    throw new EnvolError(
      'ENVOL_SHARDING_UNKNOWN_SHARD',
      `the strategy names a shard "${name}" that does not exist`,
      'A strategy may only answer with the names it was bound to.',
    );
  }
}
