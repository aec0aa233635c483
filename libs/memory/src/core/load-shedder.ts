import type { Counter, MetricsSink } from '@envol/common';
import type { MemoryLevel } from './memory-level.js';

/** Where a request was refused: in the HTTP server before anything else, or by the guard of its route. */
export type ShedPlace = 'server' | 'guard';

/** Settings of a {@link LoadShedder}. */
export interface LoadShedderOptions {
  readonly enabled: boolean;
  /** In milliseconds. */
  readonly retryAfter: number;
  /** Paths that are always served, exact or ending in `/*`; as given and below the global prefix. */
  readonly exempt: readonly string[];
}

/** Scheme and authority of a request target in absolute form (RFC 9112, 3.2.2). */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** Decides which requests are refused while memory is over a hard limit, and counts them. */
export class LoadShedder {
  /** Value of the `Retry-After` header: whole seconds, at least one (RFC 9110, 10.2.3). */
  readonly retryAfter: string;
  readonly #isEnabled: boolean;
  readonly #source: { readonly level: MemoryLevel };
  readonly #globalPrefix: () => string;
  readonly #paths: ReadonlySet<string>;
  readonly #prefixes: readonly string[];
  readonly #counters: Readonly<Record<ShedPlace, Counter>>;

  /**
   * @param source says the level of the process
   * @param globalPrefix the path below which an application has all its routes; read at each decision, as it may be set late
   */
  constructor(
    options: LoadShedderOptions,
    source: { readonly level: MemoryLevel },
    metrics: MetricsSink,
    globalPrefix: () => string = () => '',
  ) {
    this.retryAfter = String(Math.ceil(options.retryAfter / 1_000));
    this.#isEnabled = options.enabled;
    this.#source = source;
    this.#globalPrefix = globalPrefix;
    const exempt = options.exempt.map((path) => path.toLowerCase());
    this.#paths = new Set(exempt.map(withoutTrailingSlash));
    this.#prefixes = exempt.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -1));
    const counter = (place: ShedPlace): Counter =>
      metrics.counter({ name: 'envol_memory_shed_total', help: 'Requests refused over a hard limit' }, { place });
    this.#counters = { server: counter('server'), guard: counter('guard') };
  }

  /** Whether requests are refused now. */
  get isShedding(): boolean {
    return this.#isEnabled && this.#source.level === 'hard';
  }

  /**
   * Whether a request for this URL is served all the same: a path, or a whole URL as proxies send it, with or without a
   * query. As routers do it, upper case and a slash at the end make no difference.
   */
  isExempt(url: string): boolean {
    const [path = ''] = url.replace(ORIGIN, '').toLowerCase().split('?', 1);
    if (this.#isListed(path)) return true;
    const globalPrefix = asPath(this.#globalPrefix());
    const isBelow = globalPrefix !== '' && `${path}/`.startsWith(`${globalPrefix}/`);
    return isBelow && this.#isListed(path.slice(globalPrefix.length));
  }

  /** Counts a refusal. */
  refused(place: ShedPlace): void {
    this.#counters[place].add();
  }

  #isListed(path: string): boolean {
    return this.#paths.has(withoutTrailingSlash(path)) || this.#prefixes.some((prefix) => path.startsWith(prefix));
  }
}

/** The root is the empty path. */
function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Nest takes a prefix with and without slashes around it. */
function asPath(prefix: string): string {
  const segments = prefix.toLowerCase().split('/');
  return segments.map((segment) => (segment === '' ? '' : `/${segment}`)).join('');
}
