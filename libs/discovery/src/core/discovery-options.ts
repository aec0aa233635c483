import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import { allowSchema, type AllowOption } from './address-rules.js';
import { selfRegistrationSchema, type SelfRegistrationOptions } from './registration-options.js';
import type { RegistryDefinition } from './registry.js';

/** Options of `ServiceDiscoveryModule.forRoot`. */
export interface ServiceDiscoveryModuleOptions {
  /** `staticRegistry({ ... })` or `consul({ ... })`. */
  readonly registry: RegistryDefinition;
  /** Registers this process when its HTTP server listens, or with `announce()`. Default: it is not registered. */
  readonly register?: SelfRegistrationOptions;
  /**
   * Addresses that may be listed: networks, host names, `*.domain`; or a function. Default: all but link-local ones.
   * Addresses that nobody can be called at (`0.0.0.0`, multicast) never are.
   */
  readonly allow?: AllowOption;
  /** Longest wait of `discover()` for the first answer, and for a deregistration. Default `'5s'`. */
  readonly timeout?: Duration;
  /** So many services are watched at most. Default 100. */
  readonly maxServices?: number;
}

const discoveryOptionsSchema = optionsObject({
  registry: z.custom<RegistryDefinition>(isRegistryDefinition, 'expected a registry: staticRegistry() or consul()'),
  register: selfRegistrationSchema.optional(),
  allow: allowSchema.optional(),
  timeout: duration().default(5_000),
  maxServices: z.int().positive().default(100),
});

/** {@link ServiceDiscoveryModuleOptions} checked and complete; times in milliseconds. */
export type ResolvedDiscoveryOptions = z.output<typeof discoveryOptionsSchema>;

/**
 * Checks the options of the module and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`
 */
export function resolveDiscoveryOptions(raw: ServiceDiscoveryModuleOptions): ResolvedDiscoveryOptions {
  return resolveOptions({ lib: 'discovery', what: 'ServiceDiscoveryModule options' }, discoveryOptionsSchema, raw);
}

function isRegistryDefinition(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && 'create' in value;
}
