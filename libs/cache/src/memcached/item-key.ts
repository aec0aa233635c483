import { createHash } from 'node:crypto';

/** Longest key of memcached, in bytes. */
const MAX_BYTES = 250;
/** Spaces and control characters, some of which end a key in memcached's text protocol; and what our own hashes begin with. */
const ODD = /[ \p{Control}]|^~/u;

/**
 * The key of an item: `<keyspace>:<key>`, or `<keyspace>:~<SHA-256>` for a key that memcached does not take. Two keys that
 * differ in UTF-8 never share an item: one that looks like a hash is hashed too.
 */
export function itemKey(keyspace: string, key: string): string {
  const plain = `${keyspace}:${key}`;
  if (!ODD.test(key) && Buffer.byteLength(plain) <= MAX_BYTES) return plain;
  return `${keyspace}:~${createHash('sha256').update(key).digest('base64url')}`;
}
