import { byteSize, duration, optionsObject, resolveOptions, type ByteSize, type Duration } from '@envol/common';
import { z } from 'zod';
import { guarded, guardOptionsShape, type GuardOptions } from '../core/guarded-store.js';
import type { Store, StoreContext, StoreDefinition } from '../core/store.js';
import { MemcachedStore } from './memcached-store.js';
import { formatAddress, parseAddress, type ServerAddress } from './server-address.js';
import { ServersStore, type ServerStore } from './servers-store.js';
import { SharedServer } from './shared-server.js';

/** Options of {@link memcached}: where the servers are, and how long to wait for them. */
export interface MemcachedStoreOptions extends GuardOptions {
  /**
   * The servers as `host:port`, in a list or in one text with commas; the port is 11211 if not given. Which one a key
   * lives on follows from these names, so all processes must give the same ones; their order does not matter.
   */
  readonly servers: string | readonly string[];
  /** For SASL PLAIN, with `password`. It crosses the network as it is: memcached's protocol has no TLS here. */
  readonly username?: string;
  readonly password?: string;
  /** Longest wait for a connection. Default `'1s'`. */
  readonly connectTimeout?: Duration;
  /** Entries that are larger are compressed; `false`: none are. Default `'1kb'`. */
  readonly compressAbove?: ByteSize | false;
}

/** What was given is not shown: somebody may have put a password into it. */
const addressSchema = z.string().transform((text, context): ServerAddress => {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const message = `expected 'host:port'; user and password have options of their own`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const serversSchema = z
  .union(
    [z.string().transform((text) => text.split(',').map((part) => part.trim())), z.array(z.string())],
    `expected 'host:port', or several in a list`,
  )
  .pipe(z.array(addressSchema).min(1, 'expected one server at least'))
  .superRefine((addresses, context) => {
    const names = addresses.map(formatAddress);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `${twice} is there twice` });
  });

const memcachedOptionsSchema = optionsObject({
  servers: serversSchema,
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  connectTimeout: duration().default(1_000),
  compressAbove: z
    .union([z.literal(false), byteSize()], `expected a size such as 1024 or '64kb', or false`)
    .default(1_024)
    .transform((bytes) => (bytes === false ? Infinity : bytes)),
  ...guardOptionsShape,
}).refine(
  ({ username, password }) => (username === undefined) === (password === undefined),
  'expected both username and password, or neither',
);

/**
 * A store in one memcached or several, shared by all processes with the same prefix. Every operation has a timeout; a
 * server that is away or hangs is left alone until it answers again, and its keys are misses meanwhile.
 *
 * Caches that are given the same definition share one connection to each server.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
 */
export function memcached(options: MemcachedStoreOptions): StoreDefinition {
  const { servers, username, password, connectTimeout, compressAbove, ...guard } = resolveOptions(
    { lib: 'cache', what: 'memcached() options' },
    memcachedOptionsSchema,
    options,
  );
  const credentials = username === undefined || password === undefined ? undefined : { username, password };
  const shared = servers.map((address) => new SharedServer(address, credentials, connectTimeout));
  const storeOf = (server: SharedServer, context: StoreContext): Store => {
    const { name, keyspace, clock } = context;
    return guarded(new MemcachedStore(server, { name, keyspace, clock, compressAbove }), guard, context);
  };
  return {
    kind: 'memcached',
    create(context) {
      const [first, ...others] = shared;
      if (first !== undefined && others.length === 0) return storeOf(first, context);
      const stores = shared.map((server, index): ServerStore => {
        const name = `${context.name}/${index + 1}`;
        return { name, address: formatAddress(server.address), store: storeOf(server, { ...context, name }) };
      });
      return new ServersStore(stores);
    },
  };
}
