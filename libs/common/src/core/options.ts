import { z } from 'zod';
import { EnvolError } from './errors.js';
import { nearest } from './nearest.js';
import { parseByteSize, parseDuration, type ByteSize, type Duration } from './units.js';

/** The shape of an options object: unknown keys are refused, with the nearest known name. */
export function optionsObject<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys, known) : undefined),
  });
}

/** A {@link Duration} of at least `min` milliseconds (default: more than zero), resolved to milliseconds. */
export function duration(min = Number.MIN_VALUE) {
  return measure<Duration>(parseDuration, min, `a duration such as 250, '250ms' or '5m'`);
}

/** A {@link ByteSize} of at least one byte, resolved to bytes. */
export function byteSize() {
  return measure<ByteSize>(parseByteSize, 1, `a size such as 1024 or '64mb'`);
}

/** A function; its signature is the caller's word (`T`), since nothing can check it. */
export function callable<T extends (...args: never[]) => unknown>() {
  return z.custom<T>((value) => typeof value === 'function', 'expected a function');
}

/**
 * Checks `raw` against `schema`, fills in the defaults and freezes the answer deeply, but for objects of the caller.
 * `owner` names what is being configured: `{ lib: 'cache', what: 'CacheModule options' }`; `documentedIn` is where its
 * options are listed, by default the README of the package.
 *
 * @throws EnvolError `ENVOL_<LIB>_INVALID_OPTIONS` that lists every field that is wrong.
 */
export function resolveOptions<S extends z.ZodType>(
  owner: { readonly lib: string; readonly what: string; readonly documentedIn?: string },
  schema: S,
  raw: unknown,
): z.output<S> {
  const result = schema.safeParse(raw);
  if (result.success) return freeze(result.data, raw);
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`);
  const lib = owner.lib.toUpperCase().replaceAll('-', '_');
  throw new EnvolError(
    `ENVOL_${lib}_INVALID_OPTIONS`,
    `${owner.what}: ${problems.join('; ')}`,
    `Mend the ${problems.length === 1 ? 'field' : `${problems.length} fields`} named; ${owner.documentedIn ?? `the README of @envol/${owner.lib}`} lists every option with its unit and default.`,
  );
}

function measure<T>(parse: (value: unknown) => number | undefined, min: number, expected: string) {
  return z
    .custom<T>((value) => value !== undefined, `expected ${expected}, got nothing`)
    .transform((value, context) => {
      const parsed = parse(value);
      if (parsed !== undefined && parsed >= min) return parsed;
      const atLeast = min > Number.MIN_VALUE ? ` of at least ${min}` : '';
      context.addIssue({ code: 'custom', message: `expected ${expected}${atLeast}, got ${show(value)}` });
      return z.NEVER;
    });
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys
    .map((key) => {
      const guess = nearest(key, known);
      const help = guess === undefined ? `known are ${known.join(', ')}` : `did you mean "${guess}"?`;
      return `"${key}" is not an option, ${help}`;
    })
    .join('; ');
}

/** What was in `raw` already is the caller's own, and not ours to freeze. */
function freeze<T>(value: T, raw: unknown): T {
  if (!isPlain(value) || value === raw) return value;
  for (const [key, child] of Object.entries(value)) freeze(child, isObject(raw) ? Reflect.get(raw, key) : undefined);
  return Object.freeze(value);
}

function isPlain(value: unknown): value is object {
  return Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
