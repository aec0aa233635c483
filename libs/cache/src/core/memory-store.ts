import { optionsObject, resolveOptions } from '@envol/common';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Entry } from './entry.js';
import type { Store, StoreDefinition } from './store.js';

/** Options of {@link memory}. */
export interface MemoryStoreOptions {
  /** How many entries it holds; the least recently used one makes room. Default 10,000. */
  readonly maxItems?: number;
}

const memoryOptionsSchema = optionsObject({ maxItems: z.int().positive().default(10_000) });

/**
 * A store in the memory of this process. Values are kept as they are, not copied: do not change what a cache gave you.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
 */
export function memory(options: MemoryStoreOptions = {}): StoreDefinition {
  const { maxItems } = resolveOptions({ lib: 'cache', what: 'memory() options' }, memoryOptionsSchema, options);
  return {
    kind: 'memory',
    create({ name, metrics }) {
      const store = new MemoryStore(maxItems);
      const definition = { name: 'envol_cache_items', help: 'Entries held in memory' } as const;
      metrics.gauge(definition, () => store.size, { store: name });
      return store;
    },
  };
}

class MemoryStore implements Store {
  readonly #entries: LRUCache<string, Entry>;

  constructor(maxItems: number) {
    this.#entries = new LRUCache({ max: maxItems });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  set(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }
}
