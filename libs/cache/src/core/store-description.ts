import type { Store } from './store.js';

/** What a store says of itself; which of these it has depends on what it is. */
export interface StoreDetails {
  /** Entries it holds in the memory of this process. */
  readonly items?: number;
  /** What these take, in bytes: an estimate. */
  readonly bytes?: number;
  /** Of a remote store: `down` while it is left alone and only looked for in the background. */
  readonly state?: 'up' | 'down';
  /** Since when it is down, in milliseconds since the epoch. */
  readonly downSince?: number;
  /** What it is made of: the layers of `layered()`, the servers of `memcached()`. */
  readonly parts?: readonly StoreDescription[];
}

/** A store at this moment. Holds no secrets. */
export interface StoreDescription extends StoreDetails {
  /** As in metrics and logs: `main`, or `main/redis` for a layer. */
  readonly name: string;
  /** `memory`, `redis`, `memcached`, `layered`, or what a store of your own calls itself. */
  readonly kind: string;
}

/** What is known of a store: what it is called, and what it says of itself. */
export function describeStore(name: string, kind: string, store: Store): StoreDescription {
  return { name, kind, ...store.describe?.() };
}
