import type { Driver, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { canonicalKey, invalidKey, isUuid } from './shard-key-value.js';

/** A class that is an entity. */
export type EntityClass<E extends ObjectLiteral = ObjectLiteral> = new (...args: never[]) => E;

type KeyKind = 'integer' | 'uuid' | 'text' | 'timestamp';

/** Column types a shard key may have: those where the database calls equal only what has one canonical text. */
const KEY_KINDS: Readonly<Record<string, KeyKind>> = {
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  uuid: 'uuid',
  'character varying': 'text',
  varchar: 'text',
  text: 'text',
  'timestamp with time zone': 'timestamp',
  datetime: 'timestamp',
};

/** The kind of shard key that a column makes, or why it makes none. */
export function keyKindOf(column: ColumnMetadata, driver: Driver): KeyKind | { readonly refused: string } {
  if (column.transformer !== undefined)
    return { refused: 'it has a transformer, so that two values may be stored alike' };
  if (column.isArray) return { refused: 'it is an array' };
  if (column.isNullable) return { refused: 'it is nullable, and a row without a key belongs nowhere' };
  if (column.collation !== undefined) return { refused: 'its collation may call different texts equal' };
  const type = column.type === 'uuid' ? 'uuid' : driver.normalizeType(column);
  if (type === 'timestamp without time zone') {
    return {
      refused: 'it has no time zone, so two times are stored as one where clocks go back; give it type timestamptz',
    };
  }
  const kind = KEY_KINDS[type];
  if (kind === undefined) return { refused: `the database may call two different values of type ${type} equal` };
  const microseconds = kind === 'timestamp' && driver.options.type === 'postgres' && column.precision !== 3;
  return microseconds
    ? { refused: 'it holds microseconds and a JavaScript Date does not; give it precision: 3' }
    : kind;
}

/** An entity that passed the checks at start, with what the router needs to know of it. */
export class ShardedEntity {
  constructor(
    readonly target: EntityClass,
    readonly keyProperty: string,
    private readonly keyKind: KeyKind,
    /** The most code points that a text key may have. */
    private readonly keyLength = Infinity,
  ) {}

  get name(): string {
    return this.target.name;
  }

  /**
   * The canonical text of a value of this entity's shard key.
   *
   * @throws EnvolError `ENVOL_SHARDING_INVALID_KEY` also for what the column would store as another value than it is
   *   hashed as: `'042'` for an integer, a text that is too long (PostgreSQL cuts off spaces beyond the length).
   */
  canonicalKey(value: unknown): string {
    const canonical = canonicalKey(value);
    const of = `of ${this.name}.${this.keyProperty}`;
    const isDate = value instanceof Date;
    if (this.keyKind === 'timestamp' ? !isDate : isDate) {
      throw invalidKey(`${isDate ? 'a Date' : `a ${typeof value}`} ${of}`, `The column is of kind ${this.keyKind}.`);
    }
    if (this.keyKind === 'integer' && !/^(?:0|-?[1-9]\d*)$/.test(canonical)) {
      throw invalidKey(
        `${JSON.stringify(canonical)} ${of}`,
        'The column holds integers: decimal digits without leading zeros.',
      );
    }
    if (this.keyKind === 'uuid' && !isUuid(canonical)) {
      throw invalidKey(`${JSON.stringify(canonical)} ${of}`, 'The column holds UUIDs: 8-4-4-4-12 hexadecimal digits.');
    }
    if (this.keyKind === 'text' && Array.from(canonical).length > this.keyLength) {
      throw invalidKey(
        `a text of ${Array.from(canonical).length} characters ${of}`,
        `The column holds ${this.keyLength}.`,
      );
    }
    return canonical;
  }

  /** The key of a row, as far as it is set. */
  keyOf(row: ObjectLiteral, metadata: EntityMetadata): unknown {
    return this.keyColumn(metadata)?.getEntityValue(row);
  }

  keyColumn(metadata: EntityMetadata): ColumnMetadata | undefined {
    return metadata.findColumnWithPropertyName(this.keyProperty);
  }
}

/** Finds the sharded entity of a TypeORM target, also for a child of a single-table inheritance. */
export function shardedEntityOf(
  entities: readonly ShardedEntity[],
  metadata: EntityMetadata,
): ShardedEntity | undefined {
  return (
    entities.find(({ target }) => target === metadata.target) ??
    entities.find(({ target }) => metadata.inheritanceTree.includes(target))
  );
}
