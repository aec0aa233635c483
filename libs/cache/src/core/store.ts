import type { Clock, MetricsSink, Reclaimable } from '@envol/common';
import type { Entry } from './entry.js';
import type { StoreDetails } from './store-description.js';

/** Now or later: a memory store answers at once, a remote one with a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** Where entries live. An expired entry may still be returned: the cache looks at the time itself. */
export interface Store {
  get(key: string): MaybePromise<Entry | undefined>;
  set(key: string, entry: Entry): MaybePromise<void>;
  /** Resolves to whether there was such an entry. */
  delete(key: string): MaybePromise<boolean>;
  /** Connects, before the application starts. A rejection stops the start; a store behind `guarded()` never rejects. */
  open?(): Promise<void>;
  close?(): Promise<void>;
  /** What it says of itself in `Caches.describe()`. */
  describe?(): StoreDetails;
  /** The memory of this process that it can give back. Default: none. */
  reclaimables?(): readonly Reclaimable[];
}

/** What happened to a store, for logs and dashboards. */
export type StoreEvent =
  | { readonly type: 'store-down'; readonly store: string; readonly cause: unknown }
  | { readonly type: 'store-up'; readonly store: string };

/** What a store is given when it is built. */
export interface StoreContext {
  /** The name under `stores`; a layer's name has its place added, as in `main/redis`. */
  readonly name: string;
  /** Goes in front of every key in a store that others share, with a colon: the module's prefix and the cache's name. */
  readonly keyspace: string;
  readonly clock: Clock;
  readonly metrics: MetricsSink;
  readonly onEvent: (event: StoreEvent) => void;
}

/** What `memory()`, `redis()` and `layered()` return: how to build a store, once its name and prefix are known. */
export interface StoreDefinition {
  readonly kind: string;
  create(context: StoreContext): Store;
}
