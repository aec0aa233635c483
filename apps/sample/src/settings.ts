import { duration, optionsObject, resolveOptions } from '@envol/common';
import { z } from 'zod';

const count = (least: number, most: number) => {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .pipe(z.int().min(least, expected).max(most, expected));
};
const port = count(0, 65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const addresses = list.refine(
  (items) => items.length > 0 && items.every((item) => /^[^:]+:\d{1,5}$/.test(item)),
  'expected host:port,...',
);
const environmentDuration = z
  .string()
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : text))
  .pipe(duration());

const settingsSchema = optionsObject({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  MANAGEMENT_PORT: port.default(3001),
  REPLICAS: count(1, 16).default(3),
  SHARD_URLS: list
    .refine(
      (urls) => urls.length > 0 && urls.every(isPostgresUrl),
      'expected postgres://user:password@host/database,...',
    )
    .optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'expected redis://host:port' }).optional(),
  MEMCACHED_SERVERS: addresses.optional(),
  CONSUL_URL: z.url({ protocol: /^https?$/, error: 'expected http://host:port' }).optional(),
  CONSUL_TOKEN: z.string().min(1).optional(),
  CACHE_TTL: environmentDuration.prefault('30s'),
  REQUEST_TIMEOUT: environmentDuration.prefault('3s'),
  CURSOR_SECRETS: list.refine(areSecrets, 'expected one or two secrets of at least 16 characters').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_PRETTY: z.stringbool().default(false),
  ATLAS_DIR: z.string().min(1).default('.atlas'),
  /** Set by the launcher for its children. */
  PLACES_PORT: port.optional(),
  PLACES_MANAGEMENT_PORT: port.optional(),
  PLACES_INSTANCES: addresses.optional(),
});

const checkedSchema = settingsSchema.refine(({ PORT, MANAGEMENT_PORT }) => PORT === 0 || PORT !== MANAGEMENT_PORT, {
  path: ['MANAGEMENT_PORT'],
  error: 'is the same as PORT; take another',
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
  return resolveOptions(owner, checkedSchema, Object.fromEntries(given));
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}

function areSecrets(secrets: readonly string[]): boolean {
  return (secrets.length === 1 || secrets.length === 2) && secrets.every((secret) => secret.length >= 16);
}
