import type { ReplicationMode } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { ShardUnavailableError } from '../errors.js';
import { connectTroubleOf, troubleOf } from './postgres-errors.js';
import { cut, type PgClient } from './postgres-pool.js';
import type { QueryGate } from './query-gate.js';

/**
 * TypeORM's query runner for one connection of a shard. It does not ask a shard that is known to be away, tells the
 * gate how each statement ended, and once its connection is lost it answers at once, so that a ROLLBACK does not wait
 * for a dead server as well.
 */
export class PostgresShardQueryRunner extends PostgresQueryRunner {
  #client: PgClient | undefined;
  #connected: Promise<PgClient> | undefined;
  #lost: ShardUnavailableError | undefined;

  constructor(
    driver: PostgresDriver,
    mode: ReplicationMode,
    private readonly gate: QueryGate,
  ) {
    super(driver, mode);
  }

  override async connect(): Promise<PgClient> {
    if (this.#lost !== undefined) throw this.#lost;
    this.gate.assertOpen();
    this.#connected ??= this.#firstConnect();
    return this.#connected;
  }

  override async query(...args: Parameters<PostgresQueryRunner['query']>): ReturnType<PostgresQueryRunner['query']> {
    await this.connect();
    try {
      const result: unknown = await super.query(...args);
      this.gate.answered('ok');
      return result;
    } catch (error) {
      if (this.#lost !== undefined) throw this.#lost;
      if (error instanceof ShardUnavailableError) throw error;
      const trouble = troubleOf(error);
      if (trouble === undefined) {
        this.gate.answered('error');
        throw error;
      }
      const unavailable = this.gate.failed(trouble, messageOf(error), error);
      if (trouble === 'lost') this.#lost = unavailable;
      throw unavailable;
    }
  }

  /** @throws ShardUnavailableError that says so where the connection was lost on the way: the outcome is then unknown. */
  override async commitTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1;
    try {
      await super.commitTransaction();
    } catch (error) {
      if (!outermost || !(error instanceof ShardUnavailableError)) throw error;
      throw new ShardUnavailableError(
        error.shard,
        'it was lost during COMMIT, so it is not known whether the transaction took effect',
        'Read the rows again before the work is repeated.',
        { cause: error },
      );
    }
  }

  override async release(): Promise<void> {
    this.#client?.off('error', this.#onBroken);
    if (this.#lost !== undefined) this.#throwAway(this.#lost);
    await super.release();
  }

  /** Tells the pool not to hand the connection to the next caller; pg itself only gave up waiting. */
  #throwAway(reason: Error): void {
    this.releaseCallback?.(reason);
    delete this.releaseCallback;
    if (this.#client !== undefined) cut(this.#client);
  }

  async #firstConnect(): Promise<PgClient> {
    try {
      const client: PgClient = await super.connect();
      client.on('error', this.#onBroken);
      this.#client = client;
      return client;
    } catch (error) {
      this.#lost = this.gate.failed(connectTroubleOf(error), `no connection (${messageOf(error)})`, error);
      throw this.#lost;
    }
  }

  /**
   * TypeORM has just marked this runner as released because its connection broke, and would complain of a mistake of
   * the caller. It is lost, not released.
   */
  readonly #onBroken = (error: Error): void => {
    this.#lost ??= this.gate.failed('lost', error.message, error);
    this.isReleased = false;
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
