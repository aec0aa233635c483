import { EnvolError } from '@envol/common';
import type { ObjectLiteral } from 'typeorm';
import type { SortOrder } from './sort-order.js';

/**
 * The first `limit` rows of several sorted lists together.
 *
 * @throws EnvolError `ENVOL_SHARDING_ORDER_MISMATCH` if a list is not in the order that it should be in: then the
 *   database sorts differently, and a wrong page is worse than none.
 */
export function mergeSorted<E extends ObjectLiteral>(
  lists: ReadonlyMap<string, readonly E[]>,
  order: SortOrder,
  limit: number,
): E[] {
  for (const [shard, rows] of lists) checkSorted(shard, rows, order);
  const heads = [...lists.values()].map((rows) => ({ rows, next: 0 }));
  const merged: E[] = [];
  while (merged.length < limit) {
    let first: { head: (typeof heads)[number]; row: E } | undefined;
    for (const head of heads) {
      const row = head.rows[head.next];
      if (row !== undefined && (first === undefined || order.compare(row, first.row) < 0)) first = { head, row };
    }
    if (first === undefined) break;
    merged.push(first.row);
    first.head.next += 1;
  }
  return merged;
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
