import { EnvolError, isEnvolError, optionsObject, parseByteSize, resolveOptions, type ByteSize } from '@envol/common';
import { z } from 'zod';

/** Bytes, a size such as `'300mb'`, or a share such as `'80%'` of what the key is measured against. */
export type MemorySize = ByteSize | `${number}%`;

/** Where a key begins to be too big. */
export interface MemoryThresholds {
  /** From here on caches are reclaimed and garbage is collected. */
  readonly soft?: MemorySize;
  /** From here on requests are shed; must be more than `soft`. Without it the key sheds nothing. */
  readonly hard?: MemorySize;
}

/** A limit of one key; a plain size is its soft limit. */
export type MemoryLimit = MemorySize | MemoryThresholds;

/** A limit in bytes. */
export interface LimitBytes {
  readonly soft: number;
  readonly hard?: number;
}

/** A {@link MemorySize} that was read. */
type ParsedSize = { readonly bytes: number } | { readonly share: number };

/** A {@link MemoryLimit} that was read, and not yet measured against anything. */
export interface ParsedLimit {
  readonly soft?: ParsedSize;
  readonly hard?: ParsedSize;
}

const sizeSchema = z.unknown().transform((value, context): ParsedSize => {
  const parsed = parseSize(value);
  if (parsed !== undefined) return parsed;
  const got = typeof value === 'string' ? JSON.stringify(value) : String(value);
  context.addIssue({ code: 'custom', message: `expected a size such as '300mb' or a share such as '80%', got ${got}` });
  return z.NEVER;
});

const thresholdsSchema = optionsObject({ soft: sizeSchema.optional(), hard: sizeSchema.optional() });

/** A {@link MemoryLimit}, or `false` for none. */
export const limitSchema = z.unknown().transform((value, context): ParsedLimit | false => {
  if (value === false) return false;
  const result = thresholdsSchema.safeParse(typeof value === 'object' && value !== null ? value : { soft: value });
  if (result.success) return withoutUndefined(result.data);
  for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

/**
 * Reads a limit that was given at run time.
 *
 * @throws EnvolError `ENVOL_MEMORY_INVALID_LIMIT`
 */
export function parseLimit(key: string, limit: MemoryLimit | false): ParsedLimit | false {
  try {
    return resolveOptions({ lib: 'memory', what: `The limit of "${key}"` }, limitSchema, limit);
  } catch (error) {
    throw isEnvolError(error) ? invalidLimit(error.message, error.hint) : error;
  }
}

/**
 * Turns shares of `base` into bytes.
 *
 * @throws EnvolError `ENVOL_MEMORY_INVALID_LIMIT` when there is no soft limit, or the hard one is not above it
 */
export function bindLimit(key: string, { soft, hard }: ParsedLimit, base: number): LimitBytes {
  if (soft === undefined) {
    throw invalidLimit(
      `The limit of "${key}" has a hard part and no soft one`,
      'Give both: { soft, hard }. Memory is given back from the soft limit on, and requests are shed from the hard one on.',
    );
  }
  const limit = { soft: bytesOf(soft, base), ...(hard === undefined ? {} : { hard: bytesOf(hard, base) }) };
  if (limit.hard === undefined || limit.hard > limit.soft) return limit;
  throw invalidLimit(
    `The limit of "${key}": the hard limit of ${limit.hard} bytes is not above the soft one of ${limit.soft} bytes`,
    'Lower the soft limit or give both: { soft, hard }. A plain size changes the soft limit only.',
  );
}

function parseSize(value: unknown): ParsedSize | undefined {
  const [, percent] = typeof value === 'string' ? (/^(\d+(?:\.\d+)?)%$/.exec(value) ?? []) : [];
  if (percent !== undefined) {
    const share = Number(percent) / 100;
    return share > 0 && share <= 1 ? { share } : undefined;
  }
  const bytes = parseByteSize(value);
  return bytes === undefined || bytes < 1 ? undefined : { bytes };
}

function bytesOf(size: ParsedSize, base: number): number {
  return 'bytes' in size ? size.bytes : Math.floor(size.share * base);
}

function withoutUndefined({ soft, hard }: z.output<typeof thresholdsSchema>): ParsedLimit {
  return { ...(soft === undefined ? {} : { soft }), ...(hard === undefined ? {} : { hard }) };
}

function invalidLimit(message: string, hint: string): EnvolError {
  return new EnvolError('ENVOL_MEMORY_INVALID_LIMIT', message, hint);
}
