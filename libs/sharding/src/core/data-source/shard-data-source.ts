import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';
import type { EntitySubscriberInterface, ReplicationMode } from 'typeorm';
import type { QueryGate } from './query-gate.js';
import { ShardEntityManager } from './shard-entity-manager.js';

/** Connections of one shard at this moment. */
export interface PoolUsage {
  /** At most so many. */
  readonly max: number;
  /** Open or being opened. */
  readonly open: number;
  /** Open and not in use. */
  readonly idle: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

/**
 * A TypeORM data source that belongs to a shard. Whatever is done through it (repositories, query builders,
 * transactions, the schema builder) goes through query runners that are wired to the shard's gate.
 */
export abstract class ShardDataSource extends DataSource {
  #prepared = false;

  constructor(
    options: DataSourceOptions,
    protected readonly gate: QueryGate,
  ) {
    super(options);
  }

  /** Builds the entities' metadata, once; needs no connection. */
  async prepare(): Promise<void> {
    await this.buildMetadatas();
  }

  /** Adds a subscriber by instance, which TypeORM's options do not allow. */
  subscribe(subscriber: EntitySubscriberInterface): void {
    this.subscribers.push(subscriber);
  }

  /** Asks the server for a sign of life, over a connection of its own, within the timeouts. */
  abstract probe(): Promise<void>;

  /** Throws away every connection, so that none is left that hangs on a server that was away. */
  abstract dropConnections(): void;

  /** `undefined` where there is no pool. */
  abstract poolUsage(): PoolUsage | undefined;

  override createQueryRunner(mode: ReplicationMode = 'master'): QueryRunner {
    const runner = this.newQueryRunner(mode);
    Object.assign(runner, { manager: this.createEntityManager(runner) });
    return runner;
  }

  override createEntityManager(queryRunner?: QueryRunner): EntityManager {
    return new ShardEntityManager(this, queryRunner);
  }

  protected abstract newQueryRunner(mode: ReplicationMode): QueryRunner;

  protected override async buildMetadatas(): Promise<void> {
    if (this.#prepared) return;
    await super.buildMetadatas();
    this.#prepared = true;
  }
}
