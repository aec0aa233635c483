import { EnvolError } from '@envol/common';
import type { Entry } from './entry.js';

/** First character of everything we write: the version of the format. */
const VERSION = '1';
/** Second character: how the value is written. `j` is JSON. */
const JSON_FORMAT = 'j';
const HEADER = /^1j;(\d+);(\d+);/;

/**
 * Writes an entry as text: `1j;<createdAt>;<expiresAt>;<value as JSON>`, times in milliseconds since the epoch.
 *
 * @throws EnvolError `ENVOL_CACHE_UNSERIALIZABLE` for what JSON cannot hold (cycles, BigInt, functions).
 */
export function encodeEntry(key: string, entry: Entry): string {
  return `${VERSION}${JSON_FORMAT};${Math.floor(entry.createdAt)};${Math.floor(entry.expiresAt)};${toJson(key, entry.value)}`;
}

/**
 * Reads what {@link encodeEntry} wrote. Anything else (another version's entry, another program's, a damaged one) is
 * `undefined`, which reads as a miss. Nothing is evaluated.
 */
export function decodeEntry(text: string): Entry | undefined {
  const header = HEADER.exec(text);
  if (header === null) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(header[0].length));
    return { value, createdAt: Number(header[1]), expiresAt: Number(header[2]) };
  } catch {
    return undefined;
  }
}

function toJson(key: string, value: unknown): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (json !== undefined) return json;
  throw new EnvolError(
    'ENVOL_CACHE_UNSERIALIZABLE',
    `The value of cache key "${key}" (${typeof value}) cannot be written as JSON`,
    'Cache plain data: no cycles, BigInts, functions or symbols. Turn them into strings or numbers first.',
    { cause },
  );
}
