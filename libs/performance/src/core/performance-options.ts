import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import type { z } from 'zod';

/** Options of `PerformanceModule.forRoot`. */
export interface PerformanceModuleOptions {
  /** Longest wait for one operation. Default `'1s'`. */
  readonly timeout?: Duration;
}

const performanceOptionsSchema = optionsObject({ timeout: duration().default(1_000) });

/** {@link PerformanceModuleOptions} checked and complete; times in milliseconds. */
export type ResolvedPerformanceOptions = z.output<typeof performanceOptionsSchema>;

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_PERFORMANCE_INVALID_OPTIONS`
 */
export function resolvePerformanceOptions(raw: PerformanceModuleOptions = {}): ResolvedPerformanceOptions {
  return resolveOptions({ lib: 'performance', what: 'PerformanceModule options' }, performanceOptionsSchema, raw);
}
