import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import type { z } from 'zod';

/** Options of `DiscoveryModule.forRoot`. */
export interface DiscoveryModuleOptions {
  /** Longest wait for one operation. Default `'1s'`. */
  readonly timeout?: Duration;
}

const discoveryOptionsSchema = optionsObject({ timeout: duration().default(1_000) });

/** {@link DiscoveryModuleOptions} checked and complete; times in milliseconds. */
export type ResolvedDiscoveryOptions = z.output<typeof discoveryOptionsSchema>;

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`
 */
export function resolveDiscoveryOptions(raw: DiscoveryModuleOptions = {}): ResolvedDiscoveryOptions {
  return resolveOptions({ lib: 'discovery', what: 'DiscoveryModule options' }, discoveryOptionsSchema, raw);
}
