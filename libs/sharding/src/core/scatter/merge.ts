import { EnvolError } from '@envol/common';
import type { ObjectLiteral } from 'typeorm';
import type { SortOrder } from './sort-order.js';

/**
 * The first `limit` rows of several sorted lists together.
 *
 * @throws EnvolError `ENVOL_SHARDING_ORDER_MISMATCH` if a list is not in the order that it should be in: then the
 *   database sorts differently, and a wrong page is worse than none. `ENVOL_SHARDING_DUPLICATE_ROW` if two shards
 *   give the same row.
 */
export function mergeSorted<E extends ObjectLiteral>(
  lists: ReadonlyMap<string, readonly E[]>,
  order: SortOrder,
  limit: number,
): E[] {
  for (const [shard, rows] of lists) checkSorted(shard, rows, order);
  const heads = [...lists].map(([shard, rows]) => ({ shard, rows, next: 0 }));
  const merged: E[] = [];
  while (merged.length < limit) {
    let first: { head: (typeof heads)[number]; row: E } | undefined;
    for (const head of heads) {
      const row = head.rows[head.next];
      if (row === undefined) continue;
      const difference = first === undefined ? -1 : order.compare(row, first.row);
      if (first !== undefined && difference === 0) refuseDuplicate(first.head.shard, head.shard, row, order);
      if (difference < 0) first = { head, row };
    }
    if (first === undefined) break;
    merged.push(first.row);
    first.head.next += 1;
  }
  return merged;
}

/** The order ends with the primary key, so that equal means the same row. */
function refuseDuplicate(one: string, other: string, row: ObjectLiteral, order: SortOrder): never {
  const key = order.columns
    .filter(({ column }) => column.isPrimary)
    .map(({ column }) => `${column.propertyName} ${String(column.getEntityValue(row))}`)
    .join(', ');
  throw new EnvolError(
    'ENVOL_SHARDING_DUPLICATE_ROW',
    `the row with ${key} lies on shard "${one}" and on shard "${other}"`,
    'Delete it on the shard that its shard key does not belong to; copies of moved slots are left there until then.',
  );
}

function checkSorted<E extends ObjectLiteral>(shard: string, rows: readonly E[], order: SortOrder): void {
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before === undefined || order.compare(before, row) < 0) continue;
    throw new EnvolError(
      'ENVOL_SHARDING_ORDER_MISMATCH',
      `shard "${shard}" sorts (${order.columns.map(({ column }) => column.propertyName).join(', ')}) differently than expected`,
      'Values written past the entity are the usual cause, such as local times that the clock skips. Order by another column.',
    );
  }
}
