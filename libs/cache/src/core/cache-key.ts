import { EnvolError } from '@envol/common';

/** Longest key, in bytes of UTF-8. Some servers take no more than 250, and a prefix must fit too. */
const MAX_KEY_BYTES = 200;

/**
 * Refuses what cannot be a key.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_KEY`
 */
export function checkKey(key: string): void {
  if (typeof key === 'string' && key !== '' && !isTooLong(key)) return;
  const what =
    typeof key === 'string' ? `of ${Buffer.byteLength(key)} bytes` : `that is ${key === null ? 'null' : typeof key}`;
  throw new EnvolError(
    'ENVOL_CACHE_INVALID_KEY',
    `A cache key ${what} was given`,
    `A key is a text of 1 to ${MAX_KEY_BYTES} bytes. Hash what is longer; key templates of @Cached do so by themselves.`,
  );
}

/** Whether a text is longer than a key may be. A character has at most three bytes for each of its UTF-16 units. */
export function isTooLong(key: string): boolean {
  return key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES;
}
