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
import { remainingTtl, type Entry } from './entry.js';
import { SingleFlight } from './single-flight.js';
import { isStoreUnavailable } from './store-errors.js';
import type { MaybePromise, Store } from './store.js';
import { forEachBounded, type WarmUpEntries, type WarmUpOptions, type WarmUpReport } from './warm-up.js';

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
   * waits no longer than that.
   *
   * @throws what `factory` throws; EnvolError `ENVOL_CACHE_INVALID_KEY`, `_INVALID_TTL`, `_DEADLINE`
   */
  async getOrSet<T>(key: string, factory: () => T | Promise<T>, options: WriteOptions = {}): Promise<T> {
    checkKey(key);
    const ttl = this.#resolveTtl(options.ttl);
    const underWay = this.#flights.underWay(key);
    if (underWay !== undefined) this.#coalesced.add();
    const loading = underWay ?? this.#load(key, factory, ttl);
    const loaded = loading instanceof Promise ? await this.#untilDeadline(loading, key) : loading;
    return trusted<T>(loaded.value);
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
   * Fills in what is missing, several keys at a time. One that fails does not stop the others; a store that is away
   * makes its keys fail.
   */
  async warmUp(entries: WarmUpEntries, options: WarmUpOptions = {}): Promise<WarmUpReport> {
    const { concurrency = 8, ttl } = options;
    const filled: string[] = [];
    const present: string[] = [];
    const failed: WarmUpFailure[] = [];
    await forEachBounded(Object.entries(entries), concurrency, async ([key, generate]) => {
      try {
        if (await this.has(key)) {
          present.push(key);
        } else {
          await this.set(key, await generate(), ttl === undefined ? {} : { ttl });
          filled.push(key);
        }
      } catch (error) {
        failed.push({ key, error });
      }
    });
    return { filled, present, failed };
  }

  /** {@link getOrSet} under its name in the document that Envol grew from; here `ttl` is in seconds, default 3,600. */
  optimizeQueries<T>(key: string, callback: () => T | Promise<T>, ttl = 3_600): Promise<T> {
    return this.getOrSet(key, callback, { ttl: ttl * 1_000 });
  }

  /** {@link warmUp} under its name in the document that Envol grew from. */
  warmup(entries: WarmUpEntries): Promise<WarmUpReport> {
    return this.warmUp(entries);
  }

  #load(key: string, factory: () => unknown, ttl: number): MaybePromise<Loaded> {
    const found = this.#store.get(key);
    if (found !== undefined && !(found instanceof Promise) && this.#isFresh(found)) {
      this.#hits.add();
      return { value: found.value, fromStore: true };
    }
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
        return { value: await this.#run(factory), fromStore: false };
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

  async #run(factory: () => unknown): Promise<unknown> {
    const start = this.#clock.monotonic();
    try {
      return await requestContext.detached(factory);
    } finally {
      this.#factoryTime.record((this.#clock.monotonic() - start) / 1_000);
    }
  }

  /** A computed value is never lost because a store did not take it. */
  async #keep(key: string, entry: Entry): Promise<void> {
    try {
      await this.#store.set(key, entry);
    } catch {
      this.#lostWrites.add();
    }
  }

  #read(key: string): Promise<Entry | undefined> {
    return this.#fresh(this.#store.get(key));
  }

  async #fresh(found: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    try {
      const entry = await found;
      return entry !== undefined && this.#isFresh(entry) ? entry : undefined;
    } catch (error) {
      if (isStoreUnavailable(error)) return undefined;
      throw error;
    }
  }

  #isFresh(entry: Entry): boolean {
    return remainingTtl(entry, this.#clock.now()) > 0;
  }

  #resolveTtl(ttl: Duration | undefined): number {
    if (ttl === undefined) return this.#ttl;
    const milliseconds = parseDuration(ttl);
    if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
    throw invalidTtl(ttl);
  }
}

type WarmUpFailure = WarmUpReport['failed'][number];

/** The one place where a stored value gets the type that the caller says it has. */
function trusted<T>(value: unknown): T;
function trusted(value: unknown): unknown {
  return value;
}
