import type { SqljsDriver } from 'typeorm/driver/sqljs/SqljsDriver.js';
import { SqljsQueryRunner } from 'typeorm/driver/sqljs/SqljsQueryRunner.js';
import type { IsolationLevel } from 'typeorm/driver/types/IsolationLevel.js';
import type { QueryGate } from './query-gate.js';

/**
 * TypeORM gives all users of a sql.js database one query runner, so that concurrent transactions mix. Here each gets a
 * runner of its own, and the one connection is passed around: per statement outside of a transaction, from BEGIN to
 * the end of it otherwise.
 */
export class SqljsShardQueryRunner extends SqljsQueryRunner {
  #endTurn: (() => void) | undefined;

  constructor(
    driver: SqljsDriver,
    private readonly gate: QueryGate,
    private readonly takeTurn: () => Promise<() => void>,
  ) {
    super(driver);
  }

  override async query(...args: Parameters<SqljsQueryRunner['query']>): ReturnType<SqljsQueryRunner['query']> {
    return this.#inTurn(async () => {
      this.gate.assertOpen();
      try {
        const result: unknown = await super.query(...args);
        this.gate.answered('ok');
        return result;
      } catch (error) {
        this.gate.answered('error');
        throw error;
      }
    });
  }

  override async startTransaction(isolationLevel?: IsolationLevel): Promise<void> {
    this.#endTurn ??= await this.takeTurn();
    try {
      await super.startTransaction(isolationLevel);
    } catch (error) {
      if (this.transactionDepth === 0) this.#passOn();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (!this.isTransactionActive) this.#passOn();
  }

  override async rollbackTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1;
    try {
      await super.rollbackTransaction();
    } finally {
      if (outermost) this.#passOn();
    }
  }

  /** Saves the file if there is one (which would end a transaction that someone else has open: so, in turn). */
  override async release(): Promise<void> {
    if (this.isTransactionActive) await this.rollbackTransaction();
    if (this.driver.options.autoSave === true) await this.#inTurn(() => super.release());
    else await super.release();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#endTurn !== undefined) return work();
    const endTurn = await this.takeTurn();
    try {
      return await work();
    } finally {
      endTurn();
    }
  }

  #passOn(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }
}
