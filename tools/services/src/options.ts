import { optionsObject, resolveOptions } from '@envol/common';
import { z } from 'zod';

const common = { port: z.int().min(1).max(65_535).optional() };

/** The option of {@link DurableServiceOptions}. */
export const dataDirOption = { dataDir: z.string().min(1).optional() };

/**
 * Checks the options of a service: those of all services and its own, `shape`.
 *
 * @throws EnvolError `ENVOL_SERVICES_INVALID_OPTIONS` that names each one that is wrong.
 */
export function checkOptions<S extends z.core.$ZodLooseShape>(service: string, shape: S, raw: unknown) {
  const schema = optionsObject({ ...common, ...shape });
  return resolveOptions({ lib: 'services', what: `startService('${service}') options` }, schema, raw);
}
