import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';

/** Options of `PerformanceModule.forRoot`. */
export interface PerformanceModuleOptions {
  /** Times every request of the application's HTTP server. Default `true`. */
  readonly http?: boolean;
  /** Exports memory, CPU, garbage collection and event loop of the process. Default `true`. */
  readonly process?: boolean;
  /** So many series a metric may have; the rest is counted in one more, whose labels are `_overflow`. At least 10. Default 1,000. */
  readonly maxSeries?: number;
  /** Upper bounds of a histogram's buckets by the name of the metric, ascending. Default: by the unit the name ends in. */
  readonly buckets?: Readonly<Record<string, readonly number[]>>;
  /** How long the text of one scrape is given to others as well. `0`: every scrape collects anew. Default `'1s'`. */
  readonly cacheFor?: Duration;
  /** How long a scrape waits for a metric of the application that is read asynchronously; then it is left out. Default `'5s'`. */
  readonly collectTimeout?: Duration;
}

/** {@link PerformanceModuleOptions} checked and complete; times in milliseconds. */
export interface ResolvedPerformanceOptions {
  readonly http: boolean;
  readonly process: boolean;
  readonly maxSeries: number;
  readonly buckets: Readonly<Record<string, readonly number[]>>;
  readonly cacheFor: number;
  readonly collectTimeout: number;
}

const boundsSchema = z
  .array(z.number())
  .min(1)
  .max(100)
  .refine((bounds) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? bound)), {
    error: 'expected ascending upper bounds',
  });

const performanceOptionsSchema = optionsObject({
  http: z.boolean().default(true),
  process: z.boolean().default(true),
  maxSeries: z.int().min(10).max(100_000).default(1_000),
  buckets: z.record(z.string(), boundsSchema).default({}),
  cacheFor: duration(0).default(1_000),
  collectTimeout: duration().default(5_000),
});

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_PERFORMANCE_INVALID_OPTIONS`
 */
export function resolvePerformanceOptions(raw: PerformanceModuleOptions = {}): ResolvedPerformanceOptions {
  return resolveOptions({ lib: 'performance', what: 'PerformanceModule options' }, performanceOptionsSchema, raw);
}
