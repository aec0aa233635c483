import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import { memory } from './memory-store.js';
import type { StoreDefinition } from './store.js';

/** Options of `CacheModule.forRoot`. */
export interface CacheModuleOptions {
  /** Goes in front of every key in stores that others share (Redis): `<prefix>:<store>:<key>`. Letters, digits, `-`, `_`, `.`. Default `'envol'`. */
  readonly prefix?: string;
  /** How long entries live when a write does not say. Default `'5m'`. */
  readonly ttl?: Duration;
  /** The caches by name. Default: one, `main`, in memory. */
  readonly stores?: Readonly<Record<string, StoreDefinition>>;
  /** Which of `stores` an injected `Cache` and a plain `@Cached` use. Default: the only one; with several it must be given. */
  readonly default?: string;
}

/** {@link CacheModuleOptions} checked and complete; times in milliseconds. */
export interface ResolvedCacheOptions {
  readonly prefix: string;
  readonly ttl: number;
  readonly stores: Readonly<Record<string, StoreDefinition>>;
  readonly default: string;
}

const storeSchema = z.custom<StoreDefinition>(
  (value) => typeof value === 'object' && value !== null && 'create' in value,
  'expected a store, such as memory(), redis() or layered([...])',
);

const cacheOptionsSchema = optionsObject({
  prefix: z
    .string()
    .regex(/^[\w.-]{1,40}$/, 'expected 1 to 40 letters, digits, "-", "_" or "."')
    .default('envol'),
  ttl: duration().default(300_000),
  stores: z
    .record(z.string().regex(/^[\w-]{1,100}$/, 'expected a name of 1 to 100 letters, digits, "-" and "_"'), storeSchema)
    .refine((stores) => Object.keys(stores).length > 0, 'expected at least one store')
    .default(() => ({ main: memory() })),
  default: z.string().optional(),
}).transform((options, context) => {
  const names = Object.keys(options.stores);
  const chosen = options.default ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined && names.includes(chosen)) return { ...options, default: chosen };
  const problem =
    chosen === undefined ? 'must be given when there are several stores' : `there is no store "${chosen}"`;
  context.addIssue({ code: 'custom', path: ['default'], message: `${problem}; stores are ${names.join(', ')}` });
  return z.NEVER;
});

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
 */
export function resolveCacheOptions(raw: CacheModuleOptions = {}): ResolvedCacheOptions {
  return resolveOptions({ lib: 'cache', what: 'CacheModule options' }, cacheOptionsSchema, raw);
}
