import { byteSize, optionsObject, resolveOptions, type ByteSize, type Reclaimable } from '@envol/common';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { estimateEntryBytes } from './entry-size.js';
import type { Entry } from './entry.js';
import type { StoreDetails } from './store-description.js';
import { StoreUnavailableError } from './store-errors.js';
import type { Store, StoreDefinition } from './store.js';

/** Options of {@link memory}. */
export interface MemoryStoreOptions {
  /** How many entries it holds; the least recently used one makes room. Default 10,000. */
  readonly maxItems?: number;
  /**
   * How much memory its entries may take, such as `'64mb'`; the least recently used ones make room. What an entry takes
   * is estimated. Default: no limit but `maxItems`.
   */
  readonly maxSize?: ByteSize;
}

const memoryOptionsSchema = optionsObject({
  maxItems: z.int().positive().default(10_000),
  // lru-cache counts sizes only when it has a limit.
  maxSize: byteSize().default(Number.MAX_SAFE_INTEGER),
});

/**
 * A store in the memory of this process. Values are kept as they are, not copied: do not change what a cache gave you.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
 */
export function memory(options: MemoryStoreOptions = {}): StoreDefinition {
  const limits = resolveOptions({ lib: 'cache', what: 'memory() options' }, memoryOptionsSchema, options);
  return {
    kind: 'memory',
    create({ name, metrics }) {
      const store = new MemoryStore(name, limits);
      const items = { name: 'envol_cache_items', help: 'Entries held in memory' } as const;
      const bytes = { name: 'envol_cache_bytes', help: 'Estimated size of the entries held in memory' } as const;
      metrics.gauge(items, () => store.items, { store: name });
      metrics.gauge(bytes, () => store.bytes, { store: name });
      return store;
    },
  };
}

class MemoryStore implements Store {
  readonly #name: string;
  readonly #maxSize: number;
  readonly #entries: LRUCache<string, Entry>;

  constructor(name: string, { maxItems, maxSize }: z.output<typeof memoryOptionsSchema>) {
    this.#name = name;
    this.#maxSize = maxSize;
    this.#entries = new LRUCache({ max: maxItems, maxSize });
  }

  get items(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** What is larger than the whole store is refused, and what was under its key before is gone. */
  set(key: string, entry: Entry): void {
    const size = estimateEntryBytes(key, entry.value);
    this.#entries.set(key, entry, { size });
    if (size <= this.#maxSize) return;
    const reason = `its value takes about ${size} bytes, and the store holds ${this.#maxSize}`;
    throw new StoreUnavailableError(this.#name, 'set', reason, {
      hint: 'Raise maxSize of memory(), or cache less under one key.',
    });
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  describe(): StoreDetails {
    return { items: this.items, bytes: this.bytes };
  }

  reclaimables(): readonly Reclaimable[] {
    return [new ReclaimableEntries(this.#name, this.#entries)];
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }
}

/** The entries of a memory store, as what may be given back when memory is short. */
class ReclaimableEntries implements Reclaimable {
  readonly name: string;
  readonly #entries: LRUCache<string, Entry>;

  constructor(store: string, entries: LRUCache<string, Entry>) {
    this.name = `cache:${store}`;
    this.#entries = entries;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** Least recently used first. */
  reclaim(fraction: number): void {
    const target = this.bytes * (1 - fraction);
    while (this.#entries.size > 0 && this.bytes > target) this.#entries.pop();
  }
}
