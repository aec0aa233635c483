import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ReferenceData } from './reference-data.js';
import type { CheckinsRequest, PageRequest, ReadRequest } from './requests.js';

/** Longer texts of what was wrong help nobody. */
const LONGEST_EXCERPT = 120;

const pageSchema = z.strictObject({ cities: z.array(z.unknown()), next: z.string().min(1).nullable() });

/**
 * Compares the answer to a read with the data file: every field, the order, the bounds of a page. Check-ins are not in
 * the file; for them there is the `CheckinLedger`.
 *
 * @returns what is wrong, or `undefined`
 */
export function wrongIn(
  body: unknown,
  request: Exclude<ReadRequest, CheckinsRequest>,
  data: ReferenceData,
): string | undefined {
  switch (request.kind) {
    case 'city':
      return difference(body, request.city);
    case 'top':
      return listDifference(body, data.cities.slice(0, request.limit));
    case 'stats':
      return difference(body, data.statsOf(request.country));
    default:
      return wrongInPage(body, request, data);
  }
}

function wrongInPage(body: unknown, { country, offset, limit }: PageRequest, data: ReferenceData): string | undefined {
  const page = pageSchema.safeParse(body);
  if (!page.success) return `not a page: ${excerpt(body)}`;
  const expected = data.citiesOf(country);
  const wrong = listDifference(page.data.cities, expected.slice(offset, offset + limit));
  if (wrong !== undefined) return wrong;
  const isLast = offset + limit >= expected.length;
  if (isLast === (page.data.next === null)) return undefined;
  return isLast ? 'a cursor on the last page' : 'no cursor, and cities are missing';
}

function listDifference(found: unknown, expected: readonly unknown[]): string | undefined {
  if (!Array.isArray(found)) return `not a list: ${excerpt(found)}`;
  const place = expected.findIndex((item, index) => !isDeepStrictEqual(found[index], item));
  if (place >= 0) return `item ${place + 1}: ${difference(found[place], expected[place])}`;
  return found.length === expected.length ? undefined : `${found.length} items instead of ${expected.length}`;
}

function difference(found: unknown, expected: unknown): string | undefined {
  return isDeepStrictEqual(found, expected) ? undefined : `${excerpt(found)} instead of ${excerpt(expected)}`;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}...` : text;
}
