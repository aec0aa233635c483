import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import type { z } from 'zod';

/** Options of `MemoryModule.forRoot`. */
export interface MemoryModuleOptions {
  /** Longest wait for one operation. Default `'1s'`. */
  readonly timeout?: Duration;
}

const memoryOptionsSchema = optionsObject({ timeout: duration().default(1_000) });

/** {@link MemoryModuleOptions} checked and complete; times in milliseconds. */
export type ResolvedMemoryOptions = z.output<typeof memoryOptionsSchema>;

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_MEMORY_INVALID_OPTIONS`
 */
export function resolveMemoryOptions(raw: MemoryModuleOptions = {}): ResolvedMemoryOptions {
  return resolveOptions({ lib: 'memory', what: 'MemoryModule options' }, memoryOptionsSchema, raw);
}
