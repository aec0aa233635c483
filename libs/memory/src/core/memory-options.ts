import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import { limitSchema, type MemoryLimit, type ParsedLimit } from './memory-limit.js';

/** Keeps levels from flapping and caches from being shrunk all the time. */
export interface HysteresisOptions {
  /**
   * A level is left only this far below the limit by which it was entered, and reclaiming goes down to there. A share
   * of the limit. Default `'10%'`.
   */
  readonly band?: `${number}%`;
  /**
   * So many samples in a row must be over a limit before its level is entered: those of `interval` and of `check()`. With
   * 1, the default (figures of memory are not noisy), a look after a garbage collection enters it too.
   */
  readonly enterSamples?: number;
  /** How long a key must have been below the band before its level is left. Default `'3s'`. */
  readonly leaveAfter?: Duration;
  /**
   * Shortest time between two reclaims for the same key, unless a garbage collection has shown meanwhile that it is over
   * its limit again. Default `'1s'`.
   */
  readonly cooldown?: Duration;
}

/** When the monitor makes V8 collect garbage. */
export interface GcOptions {
  /**
   * Default true. Without it only what V8 collects by itself is collected, and a hard level is left five seconds and
   * `hysteresis.leaveAfter` after the last collection, until the next one shows that it is still over.
   */
  readonly enabled?: boolean;
  /** Shortest time between two forced collections, which stand the process still. Default `'10s'`. */
  readonly minInterval?: Duration;
}

/** What happens to requests over a hard limit. */
export interface ShedOptions {
  /** Whether requests are shed at all. Default true. */
  readonly enabled?: boolean;
  /**
   * Whether the HTTP server refuses them itself, before body parsers, middleware and routes. Default true. With false
   * only `MemoryGuard` does.
   */
  readonly server?: boolean;
  /** When clients should come back, in the `Retry-After` header; rounded up to seconds. Default `'5s'`. */
  readonly retryAfter?: Duration;
  /**
   * Paths that are always served: exact, or everything below with `/*`; as given and below the global prefix, whatever
   * their case. Default `['/health', '/health/*', '/metrics']`.
   */
  readonly exempt?: readonly string[];
}

/** Options of `MemoryModule.forRoot`. */
export interface MemoryModuleOptions {
  /**
   * Limits by key: `heapUsed` (shares are of the V8 heap limit), `rss`, `external` and `arrayBuffers` (of the
   * container's memory), or the name of a reclaimable (of the heap limit). `false` takes a default away.
   * Default `{ heapUsed: { soft: '75%', hard: '90%' }, rss: { soft: '85%' } }`; keys that are given replace theirs.
   */
  readonly limits?: Readonly<Record<string, MemoryLimit | false>>;
  /** Time between two samples; the heap is also looked at after every garbage collection. Default `'500ms'`. */
  readonly interval?: Duration;
  readonly hysteresis?: HysteresisOptions;
  /** Longest wait for one reclaimable to give memory back. Default `'1s'`. */
  readonly reclaimTimeout?: Duration;
  readonly gc?: GcOptions;
  readonly shed?: ShedOptions;
}

/**
 * The heap: half-filled pages count too, so that V8 gives up when objects take 92 to 99 % of a small heap, and it spends
 * ever more of its time collecting from 80 % on.
 * RSS sheds nothing by default: it hardly falls when memory is freed, so that shedding might never end.
 */
const DEFAULT_LIMITS: Readonly<Record<string, ParsedLimit>> = {
  heapUsed: { soft: { share: 0.75 }, hard: { share: 0.9 } },
  rss: { soft: { share: 0.85 } },
};

const bandSchema = z
  .string()
  .regex(/^\d+(\.\d+)?%$/, `expected a share such as '10%'`)
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((share) => share > 0 && share <= 0.5, `expected more than '0%' and at most '50%'`);

const pathSchema = z
  .string()
  .regex(/^\/[^*?#]*$|^\/(?:[^*?#]*\/)?\*$/, `expected a path such as '/health' or '/health/*'`);

const memoryOptionsSchema = optionsObject({
  limits: z.record(z.string().min(1), limitSchema).default({}).transform(withDefaults),
  interval: duration(10).default(500),
  hysteresis: optionsObject({
    band: bandSchema.default(0.1),
    enterSamples: z.int().positive().default(1),
    leaveAfter: duration(0).default(3_000),
    cooldown: duration(0).default(1_000),
  }).prefault({}),
  reclaimTimeout: duration().default(1_000),
  gc: optionsObject({ enabled: z.boolean().default(true), minInterval: duration().default(10_000) }).prefault({}),
  shed: optionsObject({
    enabled: z.boolean().default(true),
    server: z.boolean().default(true),
    retryAfter: duration().default(5_000),
    exempt: z.array(pathSchema).readonly().default(['/health', '/health/*', '/metrics']),
  }).prefault({}),
});

/** {@link MemoryModuleOptions} checked and complete; times in milliseconds, shares from 0 to 1. */
export type ResolvedMemoryOptions = z.output<typeof memoryOptionsSchema>;

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_MEMORY_INVALID_OPTIONS`
 */
export function resolveMemoryOptions(raw: MemoryModuleOptions = {}): ResolvedMemoryOptions {
  return resolveOptions({ lib: 'memory', what: 'MemoryModule options' }, memoryOptionsSchema, raw);
}

/** What is given for a key replaces that part of its default: a plain `heapUsed` keeps the hard limit. */
function withDefaults(given: Readonly<Record<string, ParsedLimit | false>>): Readonly<Record<string, ParsedLimit>> {
  const limits = { ...DEFAULT_LIMITS };
  for (const [key, limit] of Object.entries(given)) {
    if (limit === false) delete limits[key];
    else limits[key] = { ...limits[key], ...limit };
  }
  return limits;
}
