import { CircuitBreaker, EnvolError, type Clock, type MetricsSink, type Random, type Timer } from '@envol/common';
import { DriverPackageNotInstalledError } from 'typeorm';
import { PostgresShardDataSource } from './data-source/postgres-data-source.js';
import type { QueryGate } from './data-source/query-gate.js';
import type { PoolUsage, ShardDataSource } from './data-source/shard-data-source.js';
import { SqljsShardDataSource } from './data-source/sqljs-data-source.js';
import { ShardUnavailableError } from './errors.js';
import { addressOf, type ResolvedShardingOptions, type ResolvedShardOptions } from './options.js';
import { shardMetrics } from './metrics.js';
import type { EntityClass } from './sharded-entity.js';

/** `connecting`: the first attempt runs; `up`; `away`: not asked, looked for in the background; `closed`. */
export type ShardState = 'connecting' | 'up' | 'away' | 'closed';

/** A shard at this moment. */
export interface ShardDescription {
  readonly name: string;
  readonly type: 'postgres' | 'sqljs';
  /** `host:port/database` or the file; never user or password. */
  readonly address: string;
  readonly state: ShardState;
  /** How many of the 16384 slots it holds; `undefined` with `mod()`. */
  readonly slots: number | undefined;
  /** `undefined` where there is no pool. */
  readonly pool: PoolUsage | undefined;
  /** Why it is away. */
  readonly problem: string | undefined;
}

/** What shards take from around them. */
export interface ShardSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricsSink;
  /** Called when a shard comes up or goes away. */
  readonly onChange: (shard: string, state: ShardState, problem: string | undefined) => void;
}

/**
 * One database and what is known of its health. It is `up` after the first connection that worked; a failed start and
 * `breakerFailures` failures in a row make it `away`, until an attempt in the background works.
 */
export class Shard implements QueryGate {
  readonly name: string;
  readonly dataSource: ShardDataSource;
  readonly #options: ResolvedShardOptions;
  readonly #reconnectEvery: number;
  readonly #surroundings: ShardSurroundings;
  readonly #breaker: CircuitBreaker;
  readonly #metrics: ReturnType<typeof shardMetrics>;
  #state: ShardState = 'connecting';
  /** The last failure that spoke against the server. */
  #problem: string | undefined;
  #attempt: Promise<void> | undefined;
  #retry: Timer | undefined;

  constructor(
    options: ResolvedShardOptions,
    settings: ResolvedShardingOptions,
    entities: readonly EntityClass[],
    surroundings: ShardSurroundings,
  ) {
    this.name = options.name;
    this.#options = options;
    this.#reconnectEvery = settings.reconnectEvery;
    this.#surroundings = surroundings;
    this.#metrics = shardMetrics(surroundings.metrics, options.name, () => this.isUp);
    this.dataSource = dataSourceOf(options, settings, entities, surroundings.clock, this);
    this.#breaker = new CircuitBreaker({
      failures: settings.breakerFailures,
      probeEvery: settings.reconnectEvery,
      probe: () => this.dataSource.probe(),
      clock: surroundings.clock,
      onChange: (open) => {
        if (open) this.dataSource.dropConnections();
        this.#become(open ? 'away' : 'up');
      },
    });
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Makes the first attempt to connect. Does not reject: a shard that is not there is looked for in the background. */
  async connect(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#attempt = this.#connect();
    await this.#attempt;
    this.#attempt = undefined;
  }

  /** Stops looking for it and closes its connections. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#breaker.stop();
    this.#retry?.cancel();
    await this.#attempt;
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  describe(slots: number | undefined): ShardDescription {
    return {
      name: this.name,
      type: this.#options.type,
      address: addressOf(this.#options),
      state: this.#state,
      slots,
      pool: this.dataSource.poolUsage(),
      problem: this.#state === 'away' ? this.#problem : undefined,
    };
  }

  /** @throws ShardUnavailableError unless it is up. */
  assertUp(): void {
    if (this.isUp) return;
    this.#metrics.unavailable.add();
    throw new ShardUnavailableError(
      this.name,
      this.#state === 'away' ? `it is known to be away (${this.#problem})` : `it is ${this.#state}`,
    );
  }

  assertOpen(): void {
    // An attempt to connect has statements of its own.
    if (this.#attempt === undefined) this.assertUp();
  }

  answered(outcome: 'ok' | 'error'): void {
    this.#metrics[outcome].add();
    this.#breaker.succeeded();
  }

  failed(kind: 'lost' | 'busy', reason: string, cause: unknown): ShardUnavailableError {
    this.#metrics.unavailable.add();
    const error = new ShardUnavailableError(this.name, reason, undefined, { cause });
    if (kind === 'lost' && this.isUp) {
      this.#problem = reason;
      this.#breaker.failed(error);
    }
    return error;
  }

  async #connect(): Promise<void> {
    try {
      await this.dataSource.initialize();
      this.#become('up');
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#become('away');
      this.#retryLater();
    }
  }

  #retryLater(): void {
    if (this.#state === 'closed') return;
    const wait = this.#reconnectEvery * (1 + this.#surroundings.random() / 2);
    this.#retry = this.#surroundings.clock.setTimeout(() => void this.connect(), wait);
  }

  #become(state: 'up' | 'away'): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.#surroundings.onChange(this.name, state, state === 'away' ? this.#problem : undefined);
  }
}

function dataSourceOf(
  options: ResolvedShardOptions,
  settings: ResolvedShardingOptions,
  entities: readonly EntityClass[],
  clock: Clock,
  gate: QueryGate,
): ShardDataSource {
  const { synchronize, connectTimeout, queryTimeout } = settings;
  try {
    return options.type === 'postgres'
      ? new PostgresShardDataSource({ ...options, entities, synchronize, connectTimeout, queryTimeout }, gate)
      : new SqljsShardDataSource({ location: options.location, entities, synchronize, connectTimeout, clock }, gate);
  } catch (error) {
    if (!(error instanceof DriverPackageNotInstalledError)) throw error;
    throw new EnvolError(
      'ENVOL_SHARDING_DRIVER_MISSING',
      `the driver of shard "${options.name}" could not be loaded`,
      `Install it: npm install ${options.type === 'postgres' ? 'pg' : 'sql.js'}`,
      { cause: error },
    );
  }
}
