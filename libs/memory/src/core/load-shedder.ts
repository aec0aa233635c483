import type { Counter, MetricsSink } from '@envol/common';
import type { MemoryLevel } from './memory-level.js';

/** Where a request was refused: in the HTTP server before anything else, or by the guard of its route. */
export type ShedPlace = 'server' | 'guard';

/** Settings of a {@link LoadShedder}. */
export interface LoadShedderOptions {
  readonly enabled: boolean;
  /** In milliseconds. */
  readonly retryAfter: number;
  /** Paths that are always served, exact or ending in `/*`. */
  readonly exempt: readonly string[];
}

/** Decides which requests are refused while memory is over a hard limit, and counts them. */
export class LoadShedder {
  /** Value of the `Retry-After` header: whole seconds, at least one (RFC 9110, 10.2.3). */
  readonly retryAfter: string;
  readonly #isEnabled: boolean;
  readonly #source: { readonly level: MemoryLevel };
  readonly #paths: ReadonlySet<string>;
  readonly #prefixes: readonly string[];
  readonly #counters: Readonly<Record<ShedPlace, Counter>>;

  /** @param source says the level of the process */
  constructor(options: LoadShedderOptions, source: { readonly level: MemoryLevel }, metrics: MetricsSink) {
    this.retryAfter = String(Math.ceil(options.retryAfter / 1_000));
    this.#isEnabled = options.enabled;
    this.#source = source;
    this.#paths = new Set(options.exempt);
    this.#prefixes = options.exempt.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -1));
    const counter = (place: ShedPlace): Counter =>
      metrics.counter({ name: 'envol_memory_shed_total', help: 'Requests refused over a hard limit' }, { place });
    this.#counters = { server: counter('server'), guard: counter('guard') };
  }

  /** Whether requests are refused now. */
  get isShedding(): boolean {
    return this.#isEnabled && this.#source.level === 'hard';
  }

  /** Whether a request for this URL (with or without a query) is served all the same. */
  isExempt(url: string): boolean {
    const [path = ''] = url.split('?', 1);
    return this.#paths.has(path) || this.#prefixes.some((prefix) => path.startsWith(prefix));
  }

  /** Counts a refusal. */
  refused(place: ShedPlace): void {
    this.#counters[place].add();
  }
}
