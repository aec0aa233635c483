import { crc32, EnvolError } from '@envol/common';

/** What may be a shard key: an integer, a text that is not empty, or a point in time. */
export type ShardKeyValue = string | number | bigint | Date;

/** How many slots there are. A power of two, so that a slot is the low 14 bits of the hash; the number is never changed. */
export const SLOT_COUNT = 16_384;

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/**
 * The one text that stands for a shard key, so that what means the same row is hashed alike:
 *
 * | value | canonical text |
 * |---|---|
 * | safe integer, `-0` too | decimal digits: `42`, `-7`, `0`; `1.0` is the integer `1` |
 * | bigint | decimal digits, so `42n`, `42` and `'42'` are one key |
 * | string in the shape of a UUID | lower case |
 * | any other string | as it is: case, spaces and leading zeros count (`'042'` is not `42`) |
 * | Date | ISO 8601 in UTC with milliseconds: `2030-01-01T00:00:00.000Z` |
 *
 * @throws EnvolError `ENVOL_SHARDING_INVALID_KEY` for everything else: null, undefined, NaN, infinities, fractions,
 *   integers beyond 2^53 given as number (they have lost digits already), booleans, objects, the empty string.
 */
export function canonicalKey(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (value === '')
        throw invalidKey('the empty string', 'An empty key is almost always a missing one: pass the real key.');
      return isUuid(value) ? value.toLowerCase() : value;
    case 'number':
      if (Number.isSafeInteger(value)) return String(value + 0);
      throw invalidKey(String(value), 'A number must be a safe integer; pass larger ones as bigint or string.');
    case 'bigint':
      return value.toString();
    default:
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
      throw invalidKey(describe(value), 'Pass a string, an integer, a bigint or a valid Date.');
  }
}

/** Whether `value` has the shape of a UUID, of any version and in either case. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** Hash of a canonical key: CRC-32 of its UTF-8 bytes, unsigned. */
export function hashOf(canonical: string): number {
  return crc32(canonical);
}

/**
 * The slot of a shard key, 0 to 16383. It depends on the key alone, never on the shards.
 *
 * @throws EnvolError `ENVOL_SHARDING_INVALID_KEY`, see {@link canonicalKey}.
 */
export function slotOf(key: ShardKeyValue): number {
  return slotOfCanonical(canonicalKey(key));
}

/** The slot of a key that is canonical already. */
export function slotOfCanonical(canonical: string): number {
  return hashOf(canonical) & (SLOT_COUNT - 1);
}

/** The error for a value that cannot be a shard key. */
export function invalidKey(what: string, hint: string): EnvolError {
  return new EnvolError('ENVOL_SHARDING_INVALID_KEY', `${what} cannot be a shard key`, hint);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Date) return 'an invalid Date';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
