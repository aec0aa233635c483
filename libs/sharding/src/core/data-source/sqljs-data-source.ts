import type { Clock } from '@envol/common';
import type { QueryRunner } from 'typeorm';
import { SqljsDriver } from 'typeorm/driver/sqljs/SqljsDriver.js';
import type { EntityClass } from '../sharded-entity.js';
import { Mutex } from './mutex.js';
import type { QueryGate } from './query-gate.js';
import { ShardDataSource } from './shard-data-source.js';
import { SqljsShardQueryRunner } from './sqljs-query-runner.js';

/** Settings of a {@link SqljsShardDataSource}; times in milliseconds. */
export interface SqljsSettings {
  readonly location: string | undefined;
  readonly entities: readonly EntityClass[];
  readonly synchronize: boolean;
  readonly connectTimeout: number;
  readonly clock: Clock;
}

/** A shard on SQLite inside the process. */
export class SqljsShardDataSource extends ShardDataSource {
  readonly #turns: Mutex;
  readonly #waitAtMost: number;

  constructor({ location, entities, synchronize, connectTimeout, clock }: SqljsSettings, gate: QueryGate) {
    super(
      {
        type: 'sqljs',
        entities: [...entities],
        synchronize,
        ...(location === undefined ? {} : { location, autoSave: true }),
      },
      gate,
    );
    this.#turns = new Mutex(clock);
    this.#waitAtMost = connectTimeout;
  }

  async probe(): Promise<void> {
    // Nothing to ask: the database lives in this process.
  }

  dropConnections(): void {
    // There is no server that could leave a connection hanging.
  }

  poolUsage(): undefined {
    return undefined;
  }

  protected newQueryRunner(): QueryRunner {
    if (!(this.driver instanceof SqljsDriver)) throw new TypeError('this data source is for sql.js');
    return new SqljsShardQueryRunner(this.driver, this.gate, () => this.#takeTurn());
  }

  #takeTurn(): Promise<() => void> {
    return this.#turns.acquire(this.#waitAtMost, () =>
      this.gate.failed(
        'busy',
        `another transaction kept it for ${this.#waitAtMost} ms (inside of a transaction, use the manager that it gives you)`,
        undefined,
      ),
    );
  }
}
