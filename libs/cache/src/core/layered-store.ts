import { EnvolError, optionsObject, resolveOptions, type Reclaimable } from '@envol/common';
import { z } from 'zod';
import { remainingTtl, type Entry } from './entry.js';
import { SingleFlight } from './single-flight.js';
import { describeStore, type StoreDetails } from './store-description.js';
import { isStoreUnavailable } from './store-errors.js';
import type { MaybePromise, Store, StoreContext, StoreDefinition } from './store.js';

const layersSchema = optionsObject({
  layers: z.array(z.custom<StoreDefinition>(isDefinition, 'expected a store, such as memory() or redis()')).min(1),
});

/**
 * Several stores as one, the fastest first: a read takes the first layer that has the entry and puts it into the
 * faster ones, with the time it has left; a write goes to all of them. A layer that is away is passed over.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS` when there is no layer
 */
export function layered(layers: readonly StoreDefinition[]): StoreDefinition {
  resolveOptions({ lib: 'cache', what: 'layered() options' }, layersSchema, { layers });
  return {
    kind: 'layered',
    create: (context) =>
      new LayeredStore(
        layers.map((layer, index) => build(layer, index, layers, context)),
        context,
      ),
  };
}

/** A layer is called `<store>/<kind>`, with its place when there are two of a kind. */
function build(
  layer: StoreDefinition,
  index: number,
  layers: readonly StoreDefinition[],
  context: StoreContext,
): Layer {
  const isOnly = layers.filter(({ kind }) => kind === layer.kind).length === 1;
  const name = `${context.name}/${isOnly ? layer.kind : `${layer.kind}${index + 1}`}`;
  const definition = { name: 'envol_cache_layer_hits_total', help: 'Reads that a layer answered' } as const;
  return {
    name,
    kind: layer.kind,
    store: layer.create({ ...context, name }),
    hits: context.metrics.counter(definition, { store: name }),
  };
}

interface Layer {
  readonly name: string;
  readonly kind: string;
  readonly store: Store;
  readonly hits: { add(): void };
}

interface Found {
  readonly entry: Entry;
  readonly depth: number;
}

class LayeredStore implements Store {
  readonly #layers: readonly Layer[];
  readonly #clock: StoreContext['clock'];
  readonly #searches = new SingleFlight<Found | undefined>();

  constructor(layers: readonly Layer[], { clock }: StoreContext) {
    this.#layers = layers;
    this.#clock = clock;
  }

  get(key: string): MaybePromise<Entry | undefined> {
    const search = this.#searches.underWay(key);
    if (search !== undefined) return search.value.then((found) => found?.entry);
    const first = this.#layers[0]?.store.get(key);
    if (first === undefined || first instanceof Promise || !this.#isFresh(first)) return this.#search(key, first);
    this.#layers[0]?.hits.add();
    return first;
  }

  /** All layers at once, so that memory has the entry in the same tick. */
  async set(key: string, entry: Entry): Promise<void> {
    this.#searches.makeVoid(key);
    const results = await Promise.allSettled(this.#layers.map(async ({ store }) => store.set(key, entry)));
    const failures = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    const refusal = failures.find((failure) => !isStoreUnavailable(failure));
    if (refusal === undefined) return throwIfAny(failures);
    await Promise.allSettled([this.delete(key)]);
    throw refusal;
  }

  /** The slowest layer first: no read can bring back from it what a faster layer has just dropped. */
  async delete(key: string): Promise<boolean> {
    const failures: unknown[] = [];
    let existed = false;
    for (const { store } of this.#layers.toReversed()) {
      this.#searches.makeVoid(key);
      try {
        existed = (await store.delete(key)) || existed;
      } catch (error) {
        failures.push(error);
      }
    }
    throwIfAny(failures);
    return existed;
  }

  async open(): Promise<void> {
    await Promise.all(this.#layers.map(async ({ store }) => store.open?.()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#layers.map(async ({ store }) => store.close?.()));
  }

  describe(): StoreDetails {
    return { parts: this.#layers.map(({ name, kind, store }) => describeStore(name, kind, store)) };
  }

  reclaimables(): readonly Reclaimable[] {
    return this.#layers.flatMap(({ store }) => store.reclaimables?.() ?? []);
  }

  async #search(key: string, first: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    const { value } = this.#searches.start(
      key,
      () => this.#searchLayers(key, first),
      async (found, isVoid) => {
        if (found !== undefined && !isVoid()) await this.#promote(key, found);
      },
    );
    return (await value)?.entry;
  }

  async #searchLayers(key: string, first: MaybePromise<Entry | undefined>): Promise<Found | undefined> {
    const failures: unknown[] = [];
    for (const [depth, { store, hits }] of this.#layers.entries()) {
      try {
        const entry = await (depth === 0 ? first : store.get(key));
        if (entry === undefined || !this.#isFresh(entry)) continue;
        hits.add();
        return { entry, depth };
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === this.#layers.length) throw failures[0];
    return undefined;
  }

  /** The expiry is absolute, so what is promoted lives no longer than where it came from. */
  async #promote(key: string, { entry, depth }: Found): Promise<void> {
    const faster = this.#layers.slice(0, depth);
    await Promise.allSettled(faster.map(async ({ store }) => store.set(key, entry)));
  }

  #isFresh(entry: Entry): boolean {
    return remainingTtl(entry, this.#clock.now()) > 0;
  }
}

function throwIfAny(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  if (failures.length === 0) return;
  const messages = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new EnvolError(
    'ENVOL_CACHE_STORE_UNAVAILABLE',
    `${failures.length} cache layers failed: ${messages.join('; ')}`,
    'Reads go on without them by themselves. The write did not reach these layers: repeat it, or rely on the TTL.',
    { cause: new AggregateError(failures) },
  );
}

function isDefinition(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'create' in value && typeof value.create === 'function';
}
