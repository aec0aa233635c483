import type { QueryRunner, ReplicationMode } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { EntityClass } from '../sharded-entity.js';
import { cut, type PgClient, type PgModule, type PgPool } from './postgres-pool.js';
import { PostgresShardQueryRunner } from './postgres-query-runner.js';
import type { QueryGate } from './query-gate.js';
import { ShardDataSource, type PoolUsage } from './shard-data-source.js';

/** Settings of a {@link PostgresShardDataSource}; times in milliseconds. */
export interface PostgresSettings {
  readonly url: string;
  readonly poolSize: number;
  readonly entities: readonly EntityClass[];
  readonly synchronize: boolean;
  readonly connectTimeout: number;
  readonly queryTimeout: number;
}

/** A shard on PostgreSQL. */
export class PostgresShardDataSource extends ShardDataSource {
  readonly #clients: ReadonlySet<PgClient>;

  constructor(
    { url, poolSize, entities, synchronize, connectTimeout, queryTimeout }: PostgresSettings,
    gate: QueryGate,
  ) {
    const clients = new Set<PgClient>();
    super(
      {
        type: 'postgres',
        url,
        poolSize,
        entities: [...entities],
        synchronize,
        connectTimeoutMS: connectTimeout,
        // gen_random_uuid() is part of PostgreSQL since 13; nothing has to be installed.
        uuidExtension: 'pgcrypto',
        installExtensions: false,
        // An idle connection that breaks is no news: the next statement will tell.
        poolErrorHandler: () => undefined,
        extra: {
          query_timeout: queryTimeout,
          statement_timeout: Math.ceil(queryTimeout * 0.9),
          keepAlive: true,
          onConnect: (client: PgClient) => {
            clients.add(client);
            client.once('end', () => clients.delete(client));
          },
        },
      },
      gate,
    );
    this.#clients = clients;
  }

  /** Connects. A failed attempt leaves nothing open and may be repeated; two at a time must not run. */
  override async initialize(): Promise<this> {
    try {
      await super.initialize();
    } catch (error) {
      // TypeORM leaves the pool open when the server fails between the first connection and the end of the start.
      if (this.#postgresDriver.master !== undefined) await this.#postgresDriver.disconnect();
      throw error;
    }
    return this;
  }

  /** Closes the pool; what a server that does not answer leaves half closed is cut. */
  override async destroy(): Promise<void> {
    await super.destroy();
    this.dropConnections();
  }

  async probe(): Promise<void> {
    const pg: PgModule = this.#postgresDriver.postgres;
    const client = new pg.Client(this.#pool?.options ?? {});
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
    } finally {
      cut(client);
    }
  }

  dropConnections(): void {
    for (const client of this.#clients) cut(client);
  }

  poolUsage(): PoolUsage {
    const pool = this.#pool;
    return {
      max: this.#postgresDriver.options.poolSize ?? 0,
      open: pool?.totalCount ?? 0,
      idle: pool?.idleCount ?? 0,
      waiting: pool?.waitingCount ?? 0,
    };
  }

  protected newQueryRunner(mode: ReplicationMode): QueryRunner {
    return new PostgresShardQueryRunner(this.#postgresDriver, mode, this.gate);
  }

  get #postgresDriver(): PostgresDriver {
    if (this.driver instanceof PostgresDriver) return this.driver;
    throw new TypeError('this data source is for PostgreSQL');
  }

  get #pool(): PgPool | undefined {
    return this.#postgresDriver.master;
  }
}
