import {
  parseDuration,
  requestContext,
  withTimeout,
  type Clock,
  type Counter,
  type Duration,
  type Histogram,
  type MetricsSink,
} from '@envol/common';
import { deadlineOver, invalidTtl, undefinedValue } from './cache-errors.js';
import { checkKey } from './cache-key.js';
import { isComputing, whileComputing } from './computing.js';
import { remainingTtl, type Entry } from './entry.js';
import { SingleFlight, type Flight } from './single-flight.js';
import type { MaybePromise, Store } from './store.js';
import { runWarmUp, type WarmUpEntries, type WarmUpOptions, type WarmUpReport } from './warm-up.js';

/** Options of one write. */
export interface WriteOptions {
  /** How long the entry lives. Default: the cache's `ttl`. */
  readonly ttl?: Duration;
}

/** What a {@link Cache} is built from. */
export interface CacheParts {
  readonly name: string;
  readonly store: Store;
  /** Default TTL in milliseconds. */
  readonly ttl: number;
  readonly clock: Clock;
  readonly metrics: MetricsSink;
}

/** Ten years. Stores count in whole milliseconds, and a longer TTL is a mistake. */
const MAX_TTL = 10 * 365 * 86_400_000;

interface Loaded {
  readonly value: unknown;
  readonly fromStore: boolean;
}

/**
 * A named cache over a store. Every value but `undefined` is a value: `null`, `0`, `''` and `false` are hits.
 *
 * Reads never fail or hang because of a store: one that is away reads as a miss. Writes do reject when a store did not
 * take them (`ENVOL_CACHE_STORE_UNAVAILABLE`), since what reads then find is older than the caller thinks.
 */
export class Cache {
  readonly name: string;
  readonly #store: Store;
  readonly #ttl: number;
  readonly #clock: Clock;
  readonly #flights = new SingleFlight<Loaded>();
  readonly #hits: Counter;
  readonly #misses: Counter;
  readonly #coalesced: Counter;
  readonly #failedReads: Counter;
  readonly #lostWrites: Counter;
  readonly #factoryTime: Histogram;

  constructor({ name, store, ttl, clock, metrics }: CacheParts) {
    this.name = name;
    this.#store = store;
    this.#ttl = ttl;
    this.#clock = clock;
    const labels = { cache: name };
    this.#hits = metrics.counter({ name: 'envol_cache_hits_total', help: 'Reads that found a value' }, labels);
    this.#misses = metrics.counter({ name: 'envol_cache_misses_total', help: 'Reads that found none' }, labels);
    this.#coalesced = metrics.counter(
      { name: 'envol_cache_coalesced_total', help: 'Reads that waited for the run of another' },
      labels,
    );
    this.#failedReads = metrics.counter(
      { name: 'envol_cache_failed_reads_total', help: 'Reads that were misses because the store failed' },
      labels,
    );
    this.#lostWrites = metrics.counter(
      { name: 'envol_cache_lost_writes_total', help: 'Computed values that a store did not take' },
      labels,
    );
    this.#factoryTime = metrics.histogram(
      { name: 'envol_cache_factory_seconds', help: 'Time that factories of getOrSet took' },
      labels,
    );
  }

  /** The value under `key`, or `undefined`. `T` is the caller's word: nothing checks what is stored. */
  async get<T>(key: string): Promise<T | undefined> {
    checkKey(key);
    const entry = await this.#read(key);
    if (entry === undefined) {
      this.#misses.add();
      return undefined;
    }
    this.#hits.add();
    return trusted<T>(entry.value);
  }

  /** Whether there is a value under `key`. */
  async has(key: string): Promise<boolean> {
    checkKey(key);
    return (await this.#read(key)) !== undefined;
  }

  /**
   * Stores `value` under `key`.
   *
   * @throws EnvolError `ENVOL_CACHE_INVALID_KEY`, `_INVALID_TTL`, `_UNDEFINED_VALUE`, `_UNSERIALIZABLE`,
   * `_STORE_UNAVAILABLE`
   */
  async set(key: string, value: unknown, options: WriteOptions = {}): Promise<void> {
    checkKey(key);
    const ttl = this.#resolveTtl(options.ttl);
    if (value === undefined) throw undefinedValue(key);
    const createdAt = this.#clock.now();
    this.#flights.makeVoid(key);
    await this.#store.set(key, { value, createdAt, expiresAt: createdAt + ttl });
  }

  /**
   * The value under `key`; on a miss that of `factory`, which is then stored. All who ask for the key meanwhile wait
   * for the same run and share its value or its error. A factory's `undefined` is returned and not stored.
   *
   * Since others wait for it too, the factory runs outside of the caller's deadline (`requestContext`); the caller
   * waits no longer than that. A factory that asks for its own key runs again inside, since it cannot wait for itself.
   *
   * @throws what `factory` throws; EnvolError `ENVOL_CACHE_INVALID_KEY`, `_INVALID_TTL`, `_DEADLINE`
   */
  async getOrSet<T>(key: string, factory: () => T | Promise<T>, options: WriteOptions = {}): Promise<T> {
    checkKey(key);
    const ttl = this.#resolveTtl(options.ttl);
    const underWay = this.#flights.underWay(key);
    if (underWay !== undefined && isComputing(this, key)) return factory();
    if (underWay !== undefined) {
      this.#coalesced.add();
      return trusted<T>((await this.#untilDeadline(underWay.value, key)).value);
    }
    const found = this.#lookUp(key);
    if (found !== undefined && !(found instanceof Promise) && this.#isFresh(found)) {
      this.#hits.add();
      return trusted<T>(found.value);
    }
    const { value } = this.#load(key, found, factory, ttl);
    return trusted<T>((await this.#untilDeadline(value, key)).value);
  }

  /** Removes `key`; resolves to whether it was there. A factory that runs meanwhile does not bring it back. */
  async delete(key: string): Promise<boolean> {
    checkKey(key);
    this.#flights.makeVoid(key);
    const existed = await this.#store.delete(key);
    this.#flights.makeVoid(key);
    return existed;
  }

  /**
   * Fills in what is missing, several keys at a time, each as by {@link getOrSet}. One that fails does not stop the
   * others; one whose value a store did not take counts as failed.
   *
   * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
   */
  async warmUp(entries: WarmUpEntries, options: WarmUpOptions = {}): Promise<WarmUpReport> {
    return runWarmUp(entries, options, async (key, generate, ttl) => {
      if (await this.has(key)) return 'present';
      const flight = this.#flights.underWay(key) ?? this.#load(key, undefined, generate, this.#resolveTtl(ttl));
      if ((await flight.value).value === undefined) throw undefinedValue(key);
      await flight.done;
      return 'filled';
    });
  }

  /** {@link getOrSet} under its name in the document that Envol grew from; here `ttl` is in seconds, default 3,600. */
  optimizeQueries<T>(key: string, callback: () => T | Promise<T>, ttl = 3_600): Promise<T> {
    return this.getOrSet(key, callback, { ttl: ttl * 1_000 });
  }

  /** {@link warmUp} under its name in the document that Envol grew from. */
  warmup(entries: WarmUpEntries): Promise<WarmUpReport> {
    return this.warmUp(entries);
  }

  #load(key: string, found: MaybePromise<Entry | undefined>, factory: () => unknown, ttl: number): Flight<Loaded> {
    const stamp = { createdAt: 0 };
    return this.#flights.start(
      key,
      async () => {
        const entry = await this.#fresh(found);
        if (entry !== undefined) {
          this.#hits.add();
          return { value: entry.value, fromStore: true };
        }
        this.#misses.add();
        stamp.createdAt = this.#clock.now();
        return { value: await this.#run(key, factory), fromStore: false };
      },
      async ({ value, fromStore }, isVoid) => {
        if (fromStore || value === undefined || isVoid()) return;
        await this.#keep(key, { value, ...stamp, expiresAt: this.#clock.now() + ttl });
      },
    );
  }

  #untilDeadline<T>(work: Promise<T>, key: string): Promise<T> {
    const { deadline } = requestContext.current();
    if (deadline === undefined) return work;
    return withTimeout(work, Math.max(0, deadline - this.#clock.now()), this.#clock, () => deadlineOver(key));
  }

  async #run(key: string, factory: () => unknown): Promise<unknown> {
    const start = this.#clock.monotonic();
    try {
      return await requestContext.detached(() => whileComputing(this, key, factory));
    } finally {
      this.#factoryTime.record((this.#clock.monotonic() - start) / 1_000);
    }
  }

  /** Who waits for a computed value has it by then, whatever becomes of this. */
  async #keep(key: string, entry: Entry): Promise<void> {
    try {
      await this.#store.set(key, entry);
    } catch (error) {
      this.#lostWrites.add();
      throw error;
    }
  }

  #read(key: string): Promise<Entry | undefined> {
    return this.#fresh(this.#lookUp(key));
  }

  /** What the store has, with a failure as a rejection in any case. */
  #lookUp(key: string): MaybePromise<Entry | undefined> {
    try {
      return this.#store.get(key);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #fresh(found: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    try {
      const entry = await found;
      return entry !== undefined && this.#isFresh(entry) ? entry : undefined;
    } catch {
      this.#failedReads.add();
      return undefined;
    }
  }

  #isFresh(entry: Entry): boolean {
    return remainingTtl(entry, this.#clock.now()) > 0;
  }

  #resolveTtl(ttl: Duration | undefined): number {
    if (ttl === undefined) return this.#ttl;
    const milliseconds = parseDuration(ttl);
    if (milliseconds !== undefined && milliseconds > 0 && milliseconds <= MAX_TTL) return milliseconds;
    throw invalidTtl(ttl);
  }
}

/** The one place where a stored value gets the type that the caller says it has. */
function trusted<T>(value: unknown): T;
function trusted(value: unknown): unknown {
  return value;
}
