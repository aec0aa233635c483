import {
  EnvolError,
  nearest,
  RECLAIMABLES,
  type Clock,
  type MetricsSink,
  type Reclaimable,
  type ReclaimableSource,
} from '@envol/common';
import { Cache } from './cache.js';
import type { ResolvedCacheOptions } from './cache-options.js';
import { describeStore, type StoreDescription } from './store-description.js';
import type { Store, StoreEvent } from './store.js';

/** What {@link Caches} needs from its surroundings. */
export interface CachesParts {
  readonly clock: Clock;
  readonly metrics: MetricsSink;
  readonly onEvent: (event: StoreEvent) => void;
}

interface NamedStore {
  readonly name: string;
  readonly kind: string;
  readonly store: Store;
}

/** All caches of an application, by name. */
export class Caches implements ReclaimableSource {
  readonly #default: string;
  readonly #caches = new Map<string, Cache>();
  readonly #stores: NamedStore[] = [];

  constructor(options: ResolvedCacheOptions, { clock, metrics, onEvent }: CachesParts) {
    this.#default = options.default;
    for (const [name, definition] of Object.entries(options.stores)) {
      const store = definition.create({ name, keyspace: `${options.prefix}:${name}`, clock, metrics, onEvent });
      this.#stores.push({ name, kind: definition.kind, store });
      this.#caches.set(name, new Cache({ name, store, ttl: options.ttl, clock, metrics }));
    }
  }

  get names(): readonly string[] {
    return [...this.#caches.keys()];
  }

  /**
   * The cache called `name`; without a name the default one.
   *
   * @throws EnvolError `ENVOL_CACHE_UNKNOWN_STORE`
   */
  get(name = this.#default): Cache {
    const cache = this.#caches.get(name);
    if (cache !== undefined) return cache;
    const guess = nearest(name, this.names);
    throw new EnvolError(
      'ENVOL_CACHE_UNKNOWN_STORE',
      `There is no cache store "${name}"`,
      guess === undefined ? `Stores of the CacheModule are ${this.names.join(', ')}.` : `Did you mean "${guess}"?`,
    );
  }

  /** Every cache with its layers: what they hold, and whether remote ones are up. For management; it asks no server. */
  describe(): readonly StoreDescription[] {
    return this.#stores.map(({ name, kind, store }) => describeStore(name, kind, store));
  }

  /** The memory stores, as `cache:<store>`, such as `cache:main` or, as a layer, `cache:main/memory`. */
  [RECLAIMABLES](): readonly Reclaimable[] {
    return this.#stores.flatMap(({ store }) => store.reclaimables?.() ?? []);
  }

  /** Connects the stores. A remote one that does not answer is no failure: it goes on trying by itself. */
  async open(): Promise<void> {
    try {
      await Promise.all(this.#stores.map(async ({ store }) => store.open?.()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Closes the stores: connections and timers. */
  async close(): Promise<void> {
    await Promise.all(this.#stores.map(async ({ store }) => store.close?.()));
  }
}
