import { callable, duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import type { ConnectionOptions as TlsConnectionOptions } from 'node:tls';
import { z } from 'zod';
import type { BalancerFactory } from './balancer.js';
import { ejectionSchema, type EjectionOptions } from './ejection-options.js';
import { addressOf, instanceSchema, staticInstances, type InstanceOptions, type InstanceSource } from './instance.js';
import { peakEwma } from './peak-ewma.js';

/** A message pattern as `@MessagePattern` takes it. */
export type Pattern = string | number | { [key: string]: Pattern };

/** Settings of one load-balanced client. */
export interface LoadBalancedClientOptions {
  /** The name for `@InjectClient(name)`, errors, logs and the metrics label `client`. */
  readonly name: string;
  /** Whom to call: a list, or a source that tells when the list changes. */
  readonly instances: readonly InstanceOptions[] | InstanceSource;
  /** The rule of picking. Default `peakEwma()`. */
  readonly balancer?: BalancerFactory;
  /** For opening a connection, until the instance answers on it. Default 1 s. */
  readonly connectTimeout?: Duration;
  /** For each attempt: until the first answer, and then between the answers of a stream. Default 5 s. */
  readonly requestTimeout?: Duration;
  /** Patterns that may be sent again when it is not known whether they were carried out. Default none. */
  readonly idempotent?: readonly Pattern[];
  /** A request is sent to so many instances at most. Default 3. */
  readonly attempts?: number;
  /** When an instance that does not answer is left out for a while. */
  readonly ejection?: EjectionOptions;
  /** For the calls of an instance that was removed from the list, before its connection is closed. Default 5 s. */
  readonly drainTimeout?: Duration;
  /** Passed on to `tls.connect`; the connections use TLS when it is there. Default none. */
  readonly tlsOptions?: TlsConnectionOptions;
}

const instanceListSchema = z
  .array(instanceSchema)
  .refine((list) => new Set(list.map((instance) => addressOf(instance))).size === list.length, {
    error: 'the same host and port is there twice; use `weight` to send it more',
  })
  .transform((list) => staticInstances(list));

/** A source is handed on behind an object of our own, so that freezing the options does not freeze the user's. */
const instanceSourceSchema = z
  .custom<InstanceSource>(isInstanceSource, 'expected a list of instances or an InstanceSource')
  .transform((source): InstanceSource => ({
    current: () => source.current(),
    subscribe: (listener) => source.subscribe(listener),
  }));

const patternSchema: z.ZodType<Pattern> = z.lazy(() =>
  z.union([z.string(), z.number(), z.record(z.string(), patternSchema)]),
);

const clientOptionsSchema = optionsObject({
  name: z.string().min(1),
  instances: z.unknown().transform((value, context): InstanceSource => {
    const result = (Array.isArray(value) ? instanceListSchema : instanceSourceSchema).safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  }),
  balancer: callable<BalancerFactory>().default(() => peakEwma()),
  connectTimeout: duration().prefault('1s'),
  requestTimeout: duration().prefault('5s'),
  idempotent: z.array(patternSchema).default([]),
  attempts: z.int().min(1).default(3),
  ejection: ejectionSchema.prefault({}),
  drainTimeout: duration().prefault('5s'),
  tlsOptions: z
    .custom<TlsConnectionOptions>((value) => typeof value === 'object' && value !== null, 'expected an object')
    .transform((options) => ({ ...options }))
    .optional(),
});

/** {@link LoadBalancedClientOptions} with the defaults filled in; times in milliseconds. */
export type ResolvedClientOptions = z.output<typeof clientOptionsSchema>;

/** @throws EnvolError `ENVOL_LOAD_BALANCER_INVALID_OPTIONS` that names every field that is wrong. */
export function resolveClientOptions(raw: unknown): ResolvedClientOptions {
  const name: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'name') : undefined;
  const what = typeof name === 'string' ? `options of client "${name}"` : 'client options';
  return resolveOptions({ lib: 'load-balancer', what }, clientOptionsSchema, raw);
}

function isInstanceSource(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['current', 'subscribe'].every((method) => typeof Reflect.get(value, method) === 'function');
}
