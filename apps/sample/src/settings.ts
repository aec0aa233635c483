import { duration, optionsObject, resolveOptions } from '@envol/common';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const environmentDuration = z
  .string()
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : text))
  .pipe(duration());

const settingsSchema = optionsObject({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  MANAGEMENT_PORT: port.default(3001),
  REPLICAS: z.coerce.number().int().min(1).max(16).default(3),
  SHARD_URLS: list.pipe(z.array(z.url({ protocol: /^postgres(ql)?$/ })).min(1)).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  CACHE_TTL: environmentDuration.prefault('30s'),
  REQUEST_TIMEOUT: environmentDuration.prefault('3s'),
  CURSOR_SECRETS: list.pipe(z.array(z.string().min(16)).min(1).max(2)).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_PRETTY: z.stringbool().default(false),
  ATLAS_DIR: z.string().min(1).default('.atlas'),
  /** Set by the launcher for its children. */
  PLACES_PORT: port.optional(),
  PLACES_INSTANCES: list.pipe(z.array(z.string().regex(/^[^:]+:\d+$/, 'expected host:port')).min(1)).optional(),
});

/** Everything that the environment can say to Atlas, checked; durations in milliseconds. */
export type Settings = z.output<typeof settingsSchema>;

/**
 * Reads the settings of this process from its environment. An empty variable counts as not set.
 *
 * @throws EnvolError `ENVOL_ATLAS_INVALID_OPTIONS` that names every variable that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const known = Object.keys(settingsSchema.shape).map((name): [string, string | undefined] => [
    name,
    environment[name],
  ]);
  const given = known.filter(([, value]) => value !== undefined && value !== '');
  const owner = { lib: 'atlas', what: 'Environment', documentedIn: 'README.md' };
  return resolveOptions(owner, settingsSchema, Object.fromEntries(given));
}
