import { Brackets, type Driver, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { SortValue } from './sort-kinds.js';
import type { SortColumn, SortOrder } from './sort-order.js';

/** Adds ORDER BY to a query, and the condition that it continues after a position (keyset paging). */
export function applyOrder<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  order: SortOrder,
  after: readonly SortValue[] | undefined,
): void {
  const { driver } = query.connection;
  for (const column of order.columns) {
    query.addOrderBy(
      expression(query, column),
      column.direction,
      column.direction === 'ASC' ? 'NULLS LAST' : 'NULLS FIRST',
    );
  }
  if (after === undefined) return;
  const parameters = new Map<string, unknown>();
  const names = order.columns.map(({ column }, index) => {
    const name = `envolAfter${index}`;
    parameters.set(name, bound(driver, column, after[index]));
    return `:${name}`;
  });
  const condition = comesAfter(query, order.columns, after, names);
  query.andWhere(new Brackets((where) => where.where(condition, Object.fromEntries(parameters))));
}

/** `a > :a OR (a = :a AND (b > :b OR …))`, for mixed directions and with NULL as the largest value. */
function comesAfter<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  columns: readonly SortColumn[],
  after: readonly SortValue[],
  names: readonly string[],
): string {
  return columns.reduceRight<string>((rest, column, index) => {
    const sql = expression(query, column);
    const isNull = after[index] === null;
    const strictly = beyond(column, sql, names[index] ?? '', isNull);
    const equal = isNull ? `${sql} IS NULL` : `${sql} = ${names[index]}`;
    return rest === '' ? strictly : `(${strictly} OR (${equal} AND ${rest}))`;
  }, '');
}

function beyond({ column, direction }: SortColumn, sql: string, name: string, isNull: boolean): string {
  if (direction === 'DESC') return isNull ? `${sql} IS NOT NULL` : `${sql} < ${name}`;
  if (isNull) return '1 = 0';
  return column.isNullable ? `(${sql} > ${name} OR ${sql} IS NULL)` : `${sql} > ${name}`;
}

/** The column, with the collation that sorts by bytes if it is text. */
function expression<E extends ObjectLiteral>(query: SelectQueryBuilder<E>, { column, kind }: SortColumn): string {
  const name = `${query.escape(query.alias)}.${query.escape(column.databaseName)}`;
  if (kind.name !== 'text') return name;
  return `${name} COLLATE ${query.connection.driver.options.type === 'postgres' ? '"C"' : 'BINARY'}`;
}

function bound(driver: Driver, column: SortColumn['column'], value: SortValue | undefined): unknown {
  const prepared: unknown = driver.preparePersistentValue(value, column);
  return typeof prepared === 'bigint' ? prepared.toString() : prepared;
}
