import type { Entry } from '../core/entry.js';
import { describeStore, type StoreDetails } from '../core/store-description.js';
import type { MaybePromise, Store } from '../core/store.js';
import { Rendezvous } from './rendezvous.js';

/** The store of one server. */
export interface ServerStore {
  /** As in metrics. */
  readonly name: string;
  /** Which keys belong to it depends on it. */
  readonly address: string;
  readonly store: Store;
}

/**
 * Several servers as one store: every key lives on one of them. A server that is away costs its keys only, and no other
 * one takes them over: what it holds would be stale when it comes back.
 */
export class ServersStore implements Store {
  readonly #servers: readonly ServerStore[];
  readonly #rendezvous: Rendezvous<Store>;

  constructor(servers: readonly ServerStore[]) {
    this.#servers = servers;
    this.#rendezvous = new Rendezvous(new Map(servers.map(({ address, store }) => [address, store])));
  }

  get(key: string): MaybePromise<Entry | undefined> {
    return this.#rendezvous.pick(key).get(key);
  }

  set(key: string, entry: Entry): MaybePromise<void> {
    return this.#rendezvous.pick(key).set(key, entry);
  }

  delete(key: string): MaybePromise<boolean> {
    return this.#rendezvous.pick(key).delete(key);
  }

  async open(): Promise<void> {
    await Promise.all(this.#servers.map(async ({ store }) => store.open?.()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map(async ({ store }) => store.close?.()));
  }

  describe(): StoreDetails {
    return { parts: this.#servers.map(({ name, store }) => describeStore(name, 'memcached', store)) };
  }
}
