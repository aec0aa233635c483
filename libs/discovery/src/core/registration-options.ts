import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import { hostSchema, MAX_PAIRS, MAX_TEXT, metaSchema, portSchema, tagsSchema } from './instance.js';
import { isUncallable } from './host.js';
import { plainText } from './plain-text.js';

interface EveryCheck {
  /** When the check has been critical for so long, the registry removes the registration. Default `'1m'`, and at least that. */
  readonly deregisterAfter?: Duration;
}

/** This process says that it lives, three times within `ttl`. Proves that its event loop turns. */
export interface TtlCheck extends EveryCheck {
  readonly type: 'ttl';
  /** Default `'15s'`, at least `'1s'`. */
  readonly ttl?: Duration;
}

/** The registry opens a TCP connection. Proves that the port can be reached. */
export interface TcpCheck extends EveryCheck {
  readonly type: 'tcp';
  /** Default `'10s'`. */
  readonly interval?: Duration;
  /** Default `'2s'`. */
  readonly timeout?: Duration;
  /** Default: the port that is registered. */
  readonly port?: number;
}

/** The registry asks over HTTP: 2xx is passing, 429 is a warning, all else is critical. */
export interface HttpCheck extends Omit<TcpCheck, 'type'> {
  readonly type: 'http';
  /** Default `'/health'`. */
  readonly path?: string;
  /** Default `'http'`. */
  readonly protocol?: 'http' | 'https';
}

/** How a registry finds out whether an instance is well. */
export type CheckOptions = TtlCheck | TcpCheck | HttpCheck;

/** What an instance says of itself, beside its address. */
export interface RegistrationDetails {
  /** The service: 1 to 128 letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** Names this one instance in the registry. Default `<name>-<host>-<port>`: the same after a crash, so nothing is left behind. */
  readonly id?: string;
  /** Its share of the calls, 1 to 65,535. Default 1. */
  readonly weight?: number;
  readonly tags?: readonly string[];
  readonly version?: string;
  readonly zone?: string;
  /** Up to 62 pairs of text; keys of letters, digits, `-` and `_`. */
  readonly meta?: Readonly<Record<string, string>>;
  /** Default `{ type: 'ttl', ttl: '15s' }`. A static registry checks nothing. */
  readonly check?: CheckOptions;
}

/** What `register()` takes. */
export interface RegisterOptions extends RegistrationDetails {
  readonly host: string;
  readonly port: number;
}

/** The `register` option of the module: the address is taken from the server that listens. */
export interface SelfRegistrationOptions extends RegistrationDetails {
  /** Default: where the server listens; when that is every interface, the first address of this machine that is not internal. */
  readonly host?: string;
  /** Default: the port of the HTTP server. */
  readonly port?: number;
}

const serviceNamePattern = /^[A-Za-z0-9](?:[\w.-]{0,126}[A-Za-z0-9])?$/;

export const serviceNameSchema = z
  .string()
  .regex(serviceNamePattern, 'expected 1 to 128 letters, digits, "-", "_" and ".", a letter or digit at both ends');

/** Consul raises what is less to this. */
const SHORTEST_DEREGISTER_AFTER = 60_000;

const everyCheck = { deregisterAfter: duration(SHORTEST_DEREGISTER_AFTER).default(SHORTEST_DEREGISTER_AFTER) };
const probe = {
  interval: duration(100).default(10_000),
  timeout: duration().default(2_000),
  port: portSchema.optional(),
  ...everyCheck,
};

const checkSchema = z.discriminatedUnion('type', [
  optionsObject({ type: z.literal('ttl'), ttl: duration(1_000).default(15_000), ...everyCheck }),
  optionsObject({ type: z.literal('tcp'), ...probe }),
  optionsObject({
    type: z.literal('http'),
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]*$/, 'expected a path that begins with "/"')
      .default('/health'),
    protocol: z.enum(['http', 'https']).default('http'),
    ...probe,
  }),
]);

/** `version` and `zone` take two of the pairs that a registry has room for. */
const MAX_OWN_PAIRS = MAX_PAIRS - 2;

const ownHostSchema = hostSchema.refine((host) => !isUncallable(host), 'nobody can be called at this address');
const ownText = plainText(MAX_TEXT).min(1);

const detailsShape = {
  name: serviceNameSchema,
  id: ownText.optional(),
  weight: z.int().min(1).max(65_535).default(1),
  tags: tagsSchema.default(() => []),
  version: ownText.optional(),
  zone: ownText.optional(),
  meta: metaSchema
    .refine((meta) => Object.keys(meta).length <= MAX_OWN_PAIRS, `expected at most ${MAX_OWN_PAIRS} pairs`)
    .refine(
      (meta) => Object.keys(meta).every((key) => /^[\w-]+$/.test(key)),
      'expected keys of letters, digits, "-", "_"',
    )
    .default(() => ({})),
  check: checkSchema.default(() => ({ type: 'ttl' as const, ttl: 15_000, deregisterAfter: SHORTEST_DEREGISTER_AFTER })),
};

const registerSchema = optionsObject({ ...detailsShape, host: ownHostSchema, port: portSchema });

/** Checks the module's `register` option. A server's own `0.0.0.0` may stand in it: it is replaced when it listens. */
export const selfRegistrationSchema = optionsObject({
  ...detailsShape,
  host: hostSchema.optional(),
  port: portSchema.optional(),
});

/** {@link RegisterOptions} checked and complete; times in milliseconds. */
export type RegistrationRecord = Readonly<z.output<typeof registerSchema>> & { readonly id: string };

/** The check of a {@link RegistrationRecord}. */
export type RegistrationCheck = RegistrationRecord['check'];

/**
 * Checks what is to be registered and fills in the defaults.
 *
 * @throws EnvolError `ENVOL_DISCOVERY_INVALID_OPTIONS`
 */
export function resolveRegistration(raw: unknown): RegistrationRecord {
  const record = resolveOptions({ lib: 'discovery', what: 'what is to be registered' }, registerSchema, raw);
  return Object.freeze({ ...record, id: record.id ?? `${record.name}-${record.host}-${record.port}` });
}
