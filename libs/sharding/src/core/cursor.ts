import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { EnvolError, parseDuration, systemClock, type Clock, type Duration } from '@envol/common';
import type { SortValue } from './scatter/sort-kinds.js';

/** What a cursor is sealed with and bound to. */
export interface CursorOptions {
  /** `[current, previous]`: sealed with the first, opened with any. At least 16 characters each. */
  readonly secrets: readonly string[];
  /** Names what the cursor is for, filters and tenant included: it opens for the same text only. */
  readonly context: string;
  /** Default: the real time. */
  readonly clock?: Clock;
}

/** Cursors longer than this are neither made nor looked at, in characters. */
const MAX_LENGTH = 4_096;
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Encoded = readonly [tag: string, text: string];

/**
 * Seals the position of a page into an opaque, URL-safe text: encrypted and authenticated (AES-256-GCM, keys by
 * HKDF-SHA256), valid until `expiresIn` has passed and for `context` only. Types survive: number, string, bigint,
 * boolean, Date, null.
 *
 * @throws EnvolError `ENVOL_SHARDING_INVALID_OPTIONS`; `ENVOL_SHARDING_CURSOR_TOO_LONG` above 4096 characters.
 */
export function sealCursor(
  payload: readonly SortValue[],
  { secrets, context, expiresIn, clock = systemClock }: CursorOptions & { readonly expiresIn: Duration },
): string {
  const [secret = ''] = checkedSecrets(secrets);
  const lifetime = parseDuration(expiresIn);
  if (lifetime === undefined)
    throw invalidOptions(`expiresIn is ${JSON.stringify(expiresIn)}`, `Give a duration such as '1h'.`);
  const plain = JSON.stringify([clock.now() + lifetime, payload.map(encode)]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([
    Buffer.of(VERSION),
    nonce,
    cipher.update(plain, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const cursor = sealed.toString('base64url');
  if (cursor.length <= MAX_LENGTH) return cursor;
  throw new EnvolError(
    'ENVOL_SHARDING_CURSOR_TOO_LONG',
    `a cursor would have ${cursor.length} characters, of ${MAX_LENGTH} allowed`,
    'Order by shorter columns.',
  );
}

/**
 * Opens what {@link sealCursor} made.
 *
 * @throws EnvolError `ENVOL_SHARDING_INVALID_CURSOR` for everything else: forged, cut, expired, of another context or secret.
 */
export function openCursor(cursor: string, { secrets, context, clock = systemClock }: CursorOptions): SortValue[] {
  const keys = checkedSecrets(secrets).map(keyOf);
  if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) throw invalidCursor('has not the form of one');
  const sealed = Buffer.from(cursor, 'base64url');
  if (sealed[0] !== VERSION || sealed.length <= 1 + NONCE_BYTES + TAG_BYTES)
    throw invalidCursor('has not the form of one');
  for (const key of keys) {
    const plain = decrypt(sealed, key, context);
    if (plain === undefined) continue;
    const [expiresAt, values] = parse(plain);
    if (expiresAt <= clock.now()) throw invalidCursor('has expired');
    return values.map(decode);
  }
  throw invalidCursor('was not sealed here, or for something else');
}

function decrypt(sealed: Buffer, key: Buffer, context: string): string | undefined {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const tag = sealed.subarray(-TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  try {
    const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'envol sharding cursor', 32));
}

function checkedSecrets(secrets: readonly string[]): readonly string[] {
  if (secrets.length > 0 && secrets.every(({ length }) => length >= 16)) return secrets;
  throw invalidOptions(
    'the secrets of a cursor are missing or short',
    'Give [current, previous], 16 characters or more each, the same in every process.',
  );
}

/** What was authenticated is ours, so its form is known. */
function parse(plain: string): [expiresAt: number, values: Encoded[]] {
  return JSON.parse(plain);
}

function encode(value: SortValue): Encoded {
  if (value === null) return ['z', ''];
  if (value instanceof Date) return ['d', String(value.getTime())];
  switch (typeof value) {
    case 'number':
      return ['n', String(value)];
    case 'bigint':
      return ['i', String(value)];
    case 'boolean':
      return ['b', String(value)];
    default:
      return ['s', value];
  }
}

function decode([tag, text]: Encoded): SortValue {
  switch (tag) {
    case 'z':
      return null;
    case 'd':
      return new Date(Number(text));
    case 'n':
      return Number(text);
    case 'i':
      return BigInt(text);
    case 'b':
      return text === 'true';
    default:
      return text;
  }
}

function invalidOptions(what: string, hint: string): EnvolError {
  return new EnvolError('ENVOL_SHARDING_INVALID_OPTIONS', what, hint);
}

function invalidCursor(why: string): EnvolError {
  return new EnvolError(
    'ENVOL_SHARDING_INVALID_CURSOR',
    `the cursor ${why}`,
    'Answer with 400 and let the client begin with the first page.',
  );
}
