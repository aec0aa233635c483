import { EnvolError } from '@envol/common';

/** Longest key, in characters. memcached's limit is 250 bytes, and a prefix must fit too. */
const MAX_LENGTH = 200;

/**
 * Refuses what cannot be a key.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_KEY`
 */
export function checkKey(key: string): void {
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_LENGTH) return;
  const what = typeof key === 'string' ? `has ${key.length} characters` : `is ${key === null ? 'null' : typeof key}`;
  throw new EnvolError(
    'ENVOL_CACHE_INVALID_KEY',
    `A cache key ${what}`,
    `A key is a string of 1 to ${MAX_LENGTH} characters. Hash what is longer; key templates of @Cached do so by themselves.`,
  );
}
