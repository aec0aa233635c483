import type { Sample } from './prometheus-text.js';

/** What a layer of a cache did; it is asked when no layer before it had the answer. */
interface LayerFigures {
  /** `<cache>/<layer>` */
  readonly store: string;
  readonly asked: number;
  readonly hits: number;
}

interface MemoryLimit {
  readonly key: string;
  /** `soft` or `hard` */
  readonly level: string;
  readonly bytes: number;
}

export interface GatewayFigures {
  /** Cache by cache, the fastest layer first. */
  readonly layers: readonly LayerFigures[];
  readonly heapUsed: number;
  readonly heapLimit: number;
  readonly limits: readonly MemoryLimit[];
  /** Series that should be there and are not: their figures mean nothing. */
  readonly missing: readonly string[];
}

/** The layers of each cache, by its name. */
export type CacheLayers = Readonly<Record<string, readonly string[]>>;

const LAYER_HITS = 'envol_cache_layer_hits_total';
const LIMITS = 'envol_memory_limit_bytes';

/**
 * Reads from the metrics of the gateway what the load did to it.
 *
 * @param expected the layers that must be there; others are told too
 */
export function gatewayFigures(
  before: readonly Sample[],
  after: readonly Sample[],
  expected: CacheLayers,
): GatewayFigures {
  const reader = new SampleReader(before, after);
  const caches = union(Object.keys(expected), reader.labels('envol_cache_hits_total', 'cache'));
  const layers = caches.flatMap((cache) => layersOf(cache, expected[cache] ?? [], reader));
  const limits = after
    .filter(({ name }) => name === LIMITS)
    .map(({ labels, value }) => ({ key: labels['key'] ?? '', level: labels['level'] ?? '', bytes: value }));
  return {
    layers,
    heapUsed: reader.value('envol_memory_heap_used_bytes'),
    heapLimit: reader.value('envol_memory_heap_limit_bytes'),
    limits,
    missing: limits.length === 0 ? [...reader.missing, LIMITS] : reader.missing,
  };
}

/** Each layer is asked for what the ones before it did not have. */
function layersOf(cache: string, expected: readonly string[], reader: SampleReader): LayerFigures[] {
  const found = reader.labels(LAYER_HITS, 'store').filter((store) => store.startsWith(`${cache}/`));
  const stores = union(
    expected.map((layer) => `${cache}/${layer}`),
    found,
  );
  let left = reader.growth('envol_cache_hits_total', { cache }) + reader.growth('envol_cache_misses_total', { cache });
  return stores.map((store) => {
    const figures = { store, asked: left, hits: reader.growth(LAYER_HITS, { store }) };
    left -= figures.hits;
    return figures;
  });
}

class SampleReader {
  readonly missing: string[] = [];
  readonly #before: readonly Sample[];
  readonly #after: readonly Sample[];

  constructor(before: readonly Sample[], after: readonly Sample[]) {
    this.#before = before;
    this.#after = after;
  }

  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const found = find(this.#after, name, labels);
    if (found !== undefined) return found;
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    this.missing.push(pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`);
    return NaN;
  }

  /** A counter that was not there yet stood at zero. */
  growth(name: string, labels: Readonly<Record<string, string>>): number {
    return this.value(name, labels) - (find(this.#before, name, labels) ?? 0);
  }

  /** The values of a label, in their order. */
  labels(name: string, label: string): string[] {
    return this.#after.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? '');
  }
}

function find(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const isAsked = (sample: Sample) =>
    sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  return samples.find(isAsked)?.value;
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])];
}
