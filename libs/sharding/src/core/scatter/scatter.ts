import { EnvolError } from '@envol/common';
import type { EntityMetadata, FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm';
import { ShardUnavailableError } from '../errors.js';
import { scatterSeconds } from '../metrics.js';
import type { Shard, ShardSurroundings } from '../shard.js';
import type { EntityClass, ShardedEntity } from '../sharded-entity.js';
import { alternativesOf, keysFixedBy } from './key-filter.js';
import { applyOrder } from './keyset.js';
import { mergeSorted } from './merge.js';
import type { SortValue } from './sort-kinds.js';
import { SortOrder, type SortDirection } from './sort-order.js';

/** Rows that a scattered find takes at most if it names no limit, and at most at all. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** A condition as in TypeORM's `find`, on columns of the entity itself (no relations). */
export type ScatterWhere<E extends ObjectLiteral> = FindOptionsWhere<E> | FindOptionsWhere<E>[];

/** Columns to sort by, the first first. */
export type ScatterOrder<E extends ObjectLiteral> = { readonly [P in keyof E]?: SortDirection };

/** What to find over all shards. */
export interface ScatterFindOptions<E extends ObjectLiteral> {
  /** If it fixes the shard key, only the shards of those keys are asked. Default: every row. */
  readonly where?: ScatterWhere<E>;
  /** Required. The primary key is added as the last criterion, so that the order is total. NULL is the largest value. */
  readonly order: ScatterOrder<E>;
  /** 1 to 10000 rows. Default 100. There is no offset: continue with `after`. */
  readonly limit?: number;
  /** Continue after this position, as `positionOf(row, order)` gives it for the last row of the page before. */
  readonly after?: readonly SortValue[];
  /** `'binary'` sorts texts by the bytes of their UTF-8. Needed as soon as `order` names a text. */
  readonly collate?: 'binary';
}

/** Questions that go to several shards at once. One shard that fails fails the whole answer: it is never partial. */
export class Scatter<E extends ObjectLiteral> {
  readonly #seconds;

  constructor(
    private readonly target: EntityClass<E>,
    private readonly entity: ShardedEntity,
    private readonly shards: readonly Shard[],
    private readonly locate: (canonical: string) => Shard,
    private readonly surroundings: Pick<ShardSurroundings, 'clock' | 'metrics'>,
  ) {
    const { metrics } = surroundings;
    this.#seconds = {
      find: scatterSeconds(metrics, 'find'),
      count: scatterSeconds(metrics, 'count'),
      each: scatterSeconds(metrics, 'each'),
    };
  }

  /**
   * The first rows of all shards together, in one exact order. Each shard is asked for `limit` rows; relations are not
   * loaded.
   *
   * @throws EnvolError `ENVOL_SHARDING_INVALID_ORDER`, `_INVALID_LIMIT`, `_INVALID_POSITION`, `_INVALID_WHERE` before any shard is asked;
   *   `ENVOL_SHARDING_ORDER_MISMATCH`, `_DUPLICATE_ROW`, `_SCATTER_FAILED`.
   * @throws ShardUnavailableError
   */
  async find(options: ScatterFindOptions<E>): Promise<E[]> {
    const { where, limit = DEFAULT_LIMIT, after } = options;
    this.#checkKeys(options);
    this.#checkLimit(limit);
    this.#checkWhere(where);
    const order = this.#order(options.order, options.collate);
    const position = after === undefined ? undefined : order.checkPosition(after);
    const lists = await this.#ask('find', this.#shardsFor(where), (repository) => {
      const query = repository.createQueryBuilder('row');
      query.setFindOptions({ ...(where === undefined ? {} : { where }), loadEagerRelations: false });
      applyOrder(query, order, position);
      return query.limit(limit).getMany();
    });
    return mergeSorted(lists, order, limit);
  }

  /** How many rows match, over all shards. The counts are not taken at one moment; a row that lies on two shards counts twice. */
  async count(where?: ScatterWhere<E>): Promise<number> {
    this.#checkWhere(where);
    const counts = await this.#ask('count', this.#shardsFor(where), (repository) =>
      where === undefined ? repository.count() : repository.countBy(where),
    );
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * Runs `fn` on every shard at once and gives the results by shard.
   *
   * @throws EnvolError `ENVOL_SHARDING_SCATTER_FAILED` that names the first shard that failed.
   * @throws ShardUnavailableError
   */
  async each<T>(fn: (repository: Repository<E>, shard: string) => Promise<T>): Promise<Map<string, T>> {
    return this.#ask('each', this.shards, fn);
  }

  /**
   * Where a row stands in an order: the `after` of the next page, to be kept by the caller or sealed with
   * `sealCursor()`.
   */
  positionOf(row: E, order: ScatterOrder<E>): SortValue[] {
    return this.#order(order, 'binary').positionOf(row);
  }

  async #ask<T>(
    operation: 'find' | 'count' | 'each',
    shards: readonly Shard[],
    fn: (repository: Repository<E>, shard: string) => Promise<T>,
  ): Promise<Map<string, T>> {
    for (const shard of shards) shard.assertUp();
    const start = this.surroundings.clock.monotonic();
    const answers = await Promise.all(
      shards.map(async ({ name, dataSource }): Promise<[string, T]> => {
        try {
          return [name, await fn(dataSource.getRepository(this.target), name)];
        } catch (error) {
          throw error instanceof ShardUnavailableError ? error : this.#failure(name, error);
        }
      }),
    );
    this.#seconds[operation].record((this.surroundings.clock.monotonic() - start) / 1_000);
    return new Map(answers);
  }

  #failure(shard: string, cause: unknown): EnvolError {
    return new EnvolError(
      'ENVOL_SHARDING_SCATTER_FAILED',
      `a question to all shards about ${this.entity.name} failed on "${shard}": ${cause instanceof Error ? cause.message : String(cause)}`,
      'The cause is what that shard said; the answers of the others are dropped, since they would be partial.',
      { cause },
    );
  }

  #order(order: ScatterOrder<E>, collate: 'binary' | undefined): SortOrder {
    const metadata = this.#metadata();
    return SortOrder.resolve(order, metadata, metadata.dataSource.driver, collate);
  }

  /** Metadata is the same on every shard. */
  #metadata(): EntityMetadata {
    const [first] = this.shards;
    if (first === undefined) throw new EnvolError('ENVOL_SHARDING_NO_SHARDS', 'there is no shard', 'Configure one.');
    return first.dataSource.getMetadata(this.target);
  }

  #shardsFor(where: ScatterWhere<E> | undefined): readonly Shard[] {
    const keys = keysFixedBy(where, this.entity.keyProperty);
    if (keys === undefined) return this.shards;
    return [...new Set(keys.map((key) => this.locate(this.entity.canonicalKey(key))))];
  }

  #checkKeys(options: object): void {
    const known = new Set(['where', 'order', 'limit', 'after', 'collate']);
    const unknown = Object.keys(options).find((key) => !known.has(key));
    if (unknown === undefined) return;
    throw new EnvolError(
      'ENVOL_SHARDING_INVALID_OPTIONS',
      `"${unknown}" is not an option of a scattered find`,
      unknown === 'offset' || unknown === 'skip'
        ? 'Every shard would have to read and send all rows before it: continue after the last row of the page with `after`.'
        : `Known are ${[...known].join(', ')}.`,
    );
  }

  #checkLimit(limit: number): void {
    if (Number.isSafeInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return;
    throw new EnvolError(
      'ENVOL_SHARDING_INVALID_LIMIT',
      `a scattered find was given the limit ${limit}`,
      `Take 1 to ${MAX_LIMIT} rows at a time and continue with \`after\`; for a walk over everything use scatter.each().`,
    );
  }

  #checkWhere(where: ScatterWhere<E> | undefined): void {
    const metadata = this.#metadata();
    for (const property of alternativesOf(where).flatMap((condition) => Object.keys(condition))) {
      const relation = metadata.findRelationWithPropertyPath(property);
      if (relation === undefined) continue;
      throw new EnvolError(
        'ENVOL_SHARDING_INVALID_WHERE',
        `a scattered find of ${metadata.name} filters by the relation ${property}`,
        'Filter by columns of the entity itself, or join inside of scatter.each().',
      );
    }
  }
}
