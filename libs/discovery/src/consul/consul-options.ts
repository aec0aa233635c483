import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';

/** What `tls.connect` of Node takes to reach an agent over `https:`. */
export type ConsulTlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

/** Options of {@link consul}. */
export interface ConsulOptions {
  /** The HTTP API of an agent: without user, password, query and fragment, since it shows in errors and logs. Default `'http://127.0.0.1:8500'`. */
  readonly url?: string;
  /** The ACL token. It never shows in errors, logs or metrics. */
  readonly token?: string;
  /** Where services are looked up. Default: the datacenter of the agent. Registrations always go to the agent. */
  readonly datacenter?: string;
  /** How long the agent may keep a query waiting for a change. Default `'55s'`, at most `'10m'`. */
  readonly waitTime?: Duration;
  /** Longest wait for the answer to one request, beside `waitTime`. Default `'2s'`. */
  readonly timeout?: Duration;
  /** How long instances that vanish together stay listed. Default `'30s'`; 0 believes every answer. */
  readonly holdEmptyFor?: Duration;
  /** How often the agent is asked whether it still has a registration with an HTTP or TCP check. Default `'5s'`. */
  readonly verifyEvery?: Duration;
  /** For `https:`: `ca`, `cert`, `key`, `passphrase`, `rejectUnauthorized` and `servername` of `tls.connect`. */
  readonly tlsOptions?: ConsulTlsOptions;
}

const LONGEST_WAIT = 600_000;

const consulOptionsSchema = optionsObject({
  url: z
    .url({ protocol: /^https?$/, error: `expected a url such as 'http://127.0.0.1:8500'` })
    .refine((url) => !has(url, 'username') && !has(url, 'password'), 'must not hold a user or password; give `token`')
    .refine((url) => !has(url, 'search'), 'must not have a query ("?"); give `token`')
    .refine((url) => !has(url, 'hash'), 'must not have a fragment ("#")')
    .default('http://127.0.0.1:8500'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'expected printable characters without spaces')
    .optional(),
  datacenter: z.string().min(1).optional(),
  waitTime: duration(100)
    .refine((milliseconds) => milliseconds <= LONGEST_WAIT, `expected at most '10m'`)
    .default(55_000),
  timeout: duration().default(2_000),
  holdEmptyFor: duration(0).default(30_000),
  verifyEvery: duration(100).default(5_000),
  tlsOptions: optionsObject({
    ca: z.custom<ConsulTlsOptions['ca']>().optional(),
    cert: z.custom<ConsulTlsOptions['cert']>().optional(),
    key: z.custom<ConsulTlsOptions['key']>().optional(),
    passphrase: z.string().optional(),
    rejectUnauthorized: z.boolean().optional(),
    servername: z.string().optional(),
  }).optional(),
});

/** {@link ConsulOptions} checked and complete; times in milliseconds. */
export type ResolvedConsulOptions = z.output<typeof consulOptionsSchema>;

/** @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS` */
export function resolveConsulOptions(raw: ConsulOptions): ResolvedConsulOptions {
  return resolveOptions({ lib: 'discovery', what: 'consul() options' }, consulOptionsSchema, raw);
}

/** Of a text that is no url this is not the fault to tell. */
function has(url: string, part: 'username' | 'password' | 'search' | 'hash'): boolean {
  return URL.canParse(url) && new URL(url)[part] !== '';
}
