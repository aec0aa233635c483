import { EnvolError } from '@envol/common';
import type { Driver, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { SORT_KINDS, type SortKind, type SortValue } from './sort-kinds.js';

export type SortDirection = 'ASC' | 'DESC';

/** One column of the order. */
export interface SortColumn {
  readonly column: ColumnMetadata;
  readonly kind: SortKind;
  readonly direction: SortDirection;
}

/**
 * The order of a scattered find: the columns asked for, then the primary key, so that no two rows are equal and
 * every page continues exactly where the last one ended. NULL counts as larger than every value on all databases:
 * last in ASC, first in DESC.
 */
export class SortOrder {
  private constructor(
    readonly columns: readonly SortColumn[],
    private readonly entity: string,
  ) {}

  /** @throws EnvolError `ENVOL_SHARDING_INVALID_ORDER` for what cannot be merged exactly. */
  static resolve(
    order: Readonly<Record<string, unknown>>,
    metadata: EntityMetadata,
    driver: Driver,
    collate: 'binary' | undefined,
  ): SortOrder {
    const asked = Object.entries(order).filter(([, direction]) => direction !== undefined);
    if (asked.length === 0) {
      refuse(
        `a scattered find of ${metadata.name} has no order`,
        'Without one, a limit takes any rows. Order by the primary key if nothing else matters.',
      );
    }
    const columns = asked.map(([property, direction]): SortColumn => {
      if (direction !== 'ASC' && direction !== 'DESC') {
        refuse(`${metadata.name}.${property} is to be ordered by ${JSON.stringify(direction)}`, `Say 'ASC' or 'DESC'.`);
      }
      const column = ownColumn(property, metadata);
      return { column, kind: kindOf(column, metadata, driver, collate), direction };
    });
    for (const column of metadata.primaryColumns) {
      if (columns.some((known) => known.column === column)) continue;
      columns.push({ column, kind: kindOf(column, metadata, driver, 'binary'), direction: 'ASC' });
    }
    return new SortOrder(columns, metadata.name);
  }

  /** Negative if `a` comes before `b`. */
  compare(a: ObjectLiteral, b: ObjectLiteral): number {
    for (const { column, kind, direction } of this.columns) {
      const [left, right] = [this.#read(column, kind, a), this.#read(column, kind, b)];
      const difference =
        left === null || right === null ? Number(left === null) - Number(right === null) : kind.compare(left, right);
      if (difference !== 0) return direction === 'ASC' ? difference : -difference;
    }
    return 0;
  }

  /** The values that say where a row stands in this order, primary key included: the `after` of the next page. */
  positionOf(row: ObjectLiteral): SortValue[] {
    return this.columns.map(({ column, kind }) => {
      const value: unknown = column.getEntityValue(row);
      return this.#read(column, kind, row) === null || !isSortValue(value) ? null : value;
    });
  }

  /**
   * Checks a position that came from outside.
   *
   * @throws EnvolError `ENVOL_SHARDING_INVALID_POSITION`.
   */
  checkPosition(position: readonly unknown[]): readonly SortValue[] {
    const names = this.columns.map(({ column }) => column.propertyName).join(', ');
    if (position.length !== this.columns.length) {
      this.#refusePosition(`has ${position.length} values`, `It needs the values of: ${names}.`);
    }
    return this.columns.map(({ column, kind }, index) => {
      const value = position[index];
      if (value === null && column.isNullable) return null;
      if (isSortValue(value) && kind.read(value) !== undefined) return value;
      return this.#refusePosition(
        `has no ${kind.name} for ${column.propertyName}`,
        `It needs the values of: ${names}, as positionOf(row) gives them.`,
      );
    });
  }

  #read(column: ColumnMetadata, kind: SortKind, row: ObjectLiteral): string | number | bigint | null {
    const value: unknown = column.getEntityValue(row);
    if (value === null || value === undefined) return null;
    return (
      kind.read(value) ??
      refuse(
        `a row of ${this.entity} has a value of ${column.propertyName} that JavaScript cannot hold exactly`,
        'Infinite dates, and integers and decimals beyond 2^53 in sql.js, are such values; order by another column.',
      )
    );
  }

  #refusePosition(what: string, hint: string): never {
    throw new EnvolError(
      'ENVOL_SHARDING_INVALID_POSITION',
      `the position to continue after in ${this.entity} ${what}`,
      hint,
    );
  }
}

function ownColumn(property: string, metadata: EntityMetadata): ColumnMetadata {
  const column = metadata.findColumnWithPropertyName(property);
  if (column !== undefined && column.embeddedMetadata === undefined && column.isSelect && !column.isVirtual)
    return column;
  const name = `${metadata.name}.${property}`;
  if (column === undefined)
    return refuse(
      `${name} is no column`,
      'Order by columns of the entity itself, not by relations or embedded objects.',
    );
  return refuse(`${name} is not read with the row`, 'Order by a column that is selected and not embedded.');
}

function kindOf(
  column: ColumnMetadata,
  metadata: EntityMetadata,
  driver: Driver,
  collate: 'binary' | undefined,
): SortKind {
  const name = `${metadata.name}.${column.propertyName}`;
  const type = column.type === 'uuid' ? 'uuid' : driver.normalizeType(column);
  if (column.transformer !== undefined || String(column.type).startsWith('simple-')) {
    return refuse(
      `${name} is transformed between database and entity, so the two sort differently`,
      'Order by a column that is stored as it is.',
    );
  }
  if (type === 'timestamp without time zone') {
    return refuse(
      `${name} has no time zone, so its local times and their Dates sort differently where clocks change`,
      'Give the column type timestamptz, precision: 3.',
    );
  }
  const kind = column.isArray ? undefined : SORT_KINDS[type];
  if (kind === undefined) {
    return refuse(
      `${name} is of type ${type}, whose order in the database cannot be repeated here`,
      'Order by an integer, decimal, float, boolean, uuid, date, timestamp or text.',
    );
  }
  if (kind.name === 'text' && collate !== 'binary') {
    return refuse(
      `${name} is text, and the order of texts depends on the collation of each database`,
      `Say collate: 'binary' to sort by bytes (capitals before small letters, accents last), or keep a sort key in a column of its own.`,
    );
  }
  if (kind.name === 'timestamp') checkTimestamp(name, column, driver);
  return kind;
}

function checkTimestamp(name: string, column: ColumnMetadata, driver: Driver): void {
  if (driver.options.type === 'postgres' && (column.precision ?? 6) > 3) {
    refuse(
      `${name} holds microseconds and a JavaScript Date does not, so rows would be lost between pages`,
      'Give the column precision: 3.',
    );
  }
  if (driver.options.type === 'sqljs' && (column.default !== undefined || column.isCreateDate || column.isUpdateDate)) {
    refuse(
      `${name} is filled in by SQLite without milliseconds, and its texts then sort differently`,
      'Set the time in the application.',
    );
  }
}

function isSortValue(value: unknown): value is SortValue {
  return value === null || value instanceof Date || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function refuse(what: string, hint: string): never {
  throw new EnvolError('ENVOL_SHARDING_INVALID_ORDER', what, hint);
}
