import type { Clock, MetricsSink, Reclaimable, Timer } from '@envol/common';
import { checkContainer } from './container-check.js';
import { EscalationLadder } from './escalation-ladder.js';
import type { GarbageCollector } from './garbage-collector.js';
import type { Collection, CollectionSource } from './gc-events.js';
import { LevelListeners, type LevelListener } from './level-listeners.js';
import { LimitTable } from './limit-table.js';
import type { MemoryLevel } from './memory-level.js';
import type { MemoryLimit } from './memory-limit.js';
import { MemoryMetrics } from './memory-metrics.js';
import type { ResolvedMemoryOptions } from './memory-options.js';
import type { ByKey, MemoryDescription, MemoryEvent, MemoryReport } from './memory-report.js';
import type { ProcessMemory } from './process-memory.js';
import { planReclaim } from './reclaim-plan.js';
import { ReclaimablePool } from './reclaimable-pool.js';
import type { WatchedKey } from './watched-key.js';

/** What {@link MemoryMonitor} needs from its surroundings. */
export interface MemoryMonitorParts {
  readonly clock: Clock;
  readonly metrics: MetricsSink;
  readonly memory: ProcessMemory;
  readonly collector: GarbageCollector;
  readonly collections: CollectionSource;
  readonly onEvent: (event: MemoryEvent) => void;
}

/**
 * How long the hard level is held on the word of one collection, in milliseconds, where none can be forced to ask again.
 * Long enough for requests under way to end and give their memory back.
 */
const HARD_PROOF_LIFETIME = 5_000;

/**
 * Watches the memory of the process and acts when a limit is passed: asks reclaimables for what is needed, collects
 * garbage, and says at which level the process is. What is done when is in {@link EscalationLadder}.
 */
export class MemoryMonitor {
  readonly #interval: number;
  readonly #parts: MemoryMonitorParts;
  readonly #limits: LimitTable;
  readonly #ladder: EscalationLadder;
  readonly #pool: ReclaimablePool;
  readonly #metrics: MemoryMetrics;
  readonly #listeners: LevelListeners;
  /** Whether every sample must read anew what is dear to read, for one reading must not count as several samples. */
  readonly #readsFresh: boolean;
  /** Names of reclaimables whose last reclaim failed: only the first failure in a row is told. */
  readonly #failing = new Set<string>();
  #level: MemoryLevel = 'normal';
  #relief: Promise<void> | undefined;
  #timer: Timer | undefined;
  #stopCollections: (() => void) | undefined;

  /** @throws EnvolError `ENVOL_MEMORY_INVALID_LIMIT` when a hard limit is not above its soft one */
  constructor(options: ResolvedMemoryOptions, parts: MemoryMonitorParts) {
    this.#interval = options.interval;
    this.#parts = parts;
    this.#limits = new LimitTable(options.limits, parts.memory);
    this.#ladder = new EscalationLadder({
      ...options.hysteresis,
      minCollectInterval: options.gc.minInterval,
      hardProofLifetime: parts.collector.isAvailable ? Infinity : HARD_PROOF_LIFETIME,
    });
    this.#listeners = new LevelListeners((cause) => parts.onEvent({ type: 'listener-failed', cause }));
    this.#readsFresh = options.hysteresis.enterSamples > 1;
    this.#pool = new ReclaimablePool(options.reclaimTimeout, parts.clock);
    this.#metrics = new MemoryMetrics(parts.metrics, {
      heapLimit: parts.memory.heapLimit,
      level: () => this.#level,
      current: (key) => this.#ladder.current(key),
      limit: (key, level) => this.#limits.get(key)?.[level] ?? Infinity,
    });
    for (const key of this.#limits.keys) this.#useLimit(key);
  }

  /** The highest level of all keys; `normal` while the monitor does not run. */
  get level(): MemoryLevel {
    return this.#level;
  }

  /** Begins to watch. `MemoryModule` does that at the end of the start, when the reclaimables are known. */
  start(): void {
    if (this.#timer !== undefined) return;
    const warnings = [checkContainer(this.#parts.memory), ...this.#limits.keys.map((key) => this.#limitWarning(key))];
    for (const message of warnings) if (message !== undefined) this.#parts.onEvent({ type: 'warning', message });
    this.#stopCollections = this.#parts.collections((collections) => this.#onCollections(collections));
    this.#sampleLater();
    this.#sample();
  }

  /** Ends watching: no timer is left, and the level is normal. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#stopCollections?.();
    this.#level = 'normal';
  }

  /** Takes a sample now, and resolves when what it made necessary is done. For tests, and before a large piece of work. */
  async check(): Promise<void> {
    await this.#relief;
    this.#sample();
    await this.#relief;
  }

  /**
   * Gives `key` a limit: `heapUsed`, `external`, `arrayBuffers`, `rss` or the name of a reclaimable. A plain size is
   * the soft limit and leaves a hard one as it is; `false` takes the limit away.
   *
   * @throws EnvolError `ENVOL_MEMORY_INVALID_LIMIT`
   */
  setLimit(key: string, limit: MemoryLimit | false): void {
    this.#limits.change(key, limit);
    this.#useLimit(key);
    const message = this.#timer === undefined ? undefined : this.#limitWarning(key);
    if (message !== undefined) this.#parts.onEvent({ type: 'warning', message });
  }

  /** Every key beside its own limit, as of the last sample. */
  monitor(): MemoryReport {
    return {
      current: this.#byKey((key) => key.current),
      peak: this.#byKey((key) => key.peak),
      limits: this.#byKey((key) => key.limit),
      level: this.#byKey((key) => key.level),
    };
  }

  /** All that the monitor knows, for a person. */
  describe(): MemoryDescription {
    const { memory, collector } = this.#parts;
    const { isAvailable, collections: forced, lastDuration } = collector;
    return {
      level: this.level,
      heapLimit: memory.heapLimit,
      containerMemory: memory.containerMemory,
      keys: this.#byKey(({ current, peak, retained, isKnown, limit, level }) => ({
        current,
        peak,
        ...(isKnown ? { retained } : {}),
        ...(limit === undefined ? {} : { limit }),
        level,
      })),
      reclaimables: this.#pool.names,
      gc: { isAvailable, forced, ...(lastDuration === undefined ? {} : { lastDuration }) },
    };
  }

  /**
   * Adds something that can give memory back, and returns what takes it out again. Its `bytes` are read at every
   * sample, so they must be cheap to tell.
   *
   * @throws EnvolError `ENVOL_MEMORY_INVALID_RECLAIMABLE`
   */
  register(reclaimable: Reclaimable): () => void {
    const unregister = this.#pool.register(reclaimable);
    this.#metrics.watchSource(reclaimable.name);
    return unregister;
  }

  /**
   * Calls `listener` whenever the level of the process changes; returns what ends that. Nobody waits for it; what it
   * throws, and its rejection, is logged.
   */
  onLevelChange(listener: LevelListener): () => void {
    return this.#listeners.add(listener);
  }

  #sampleLater(): void {
    this.#timer = this.#parts.clock.setTimeout(() => {
      this.#sampleLater();
      this.#sample();
    }, this.#interval);
  }

  #sample(): void {
    const at = this.#parts.clock.monotonic();
    this.#ladder.observeProcess(this.#parts.memory.read(this.#readsFresh), at);
    this.#ladder.observeReclaimables(this.#pool.bytesByName(), at);
    this.#act();
  }

  #onCollections(collections: readonly Collection[]): void {
    this.#ladder.observeProcess(this.#parts.memory.read(), this.#parts.clock.monotonic(), collections);
    this.#act();
  }

  #act(): void {
    this.#announceLevel();
    if (this.#relief !== undefined || !this.#ladder.isOver) return;
    this.#relief = this.#relieve().finally(() => (this.#relief = undefined));
  }

  async #relieve(): Promise<void> {
    const hasReclaimed = await this.#reclaim();
    // What the collection shows is acted on at once: a fast program leaves no time for another sample.
    if (this.#collect(hasReclaimed)) await this.#reclaim();
  }

  /** Whether reclaimables gave anything back. */
  async #reclaim(): Promise<boolean> {
    const { clock, onEvent } = this.#parts;
    const excess = this.#ladder.beginReclaim(clock.monotonic());
    if (excess === undefined) return false;
    const names = this.#failing.size === 0 ? [] : this.#pool.names;
    for (const name of this.#failing) if (!names.includes(name)) this.#failing.delete(name);
    const outcomes = await this.#pool.reclaim(planReclaim(this.#pool.reclaimable(), excess));
    for (const outcome of outcomes) {
      const { name, error } = outcome;
      this.#metrics.reclaimed(outcome);
      if (error !== undefined && !this.#failing.has(name)) onEvent({ type: 'reclaim-failed', name, cause: error });
      if (error === undefined) this.#failing.delete(name);
      else this.#failing.add(name);
    }
    const freed = outcomes.reduce((total, outcome) => total + outcome.freed, 0);
    this.#ladder.freed(freed, clock.monotonic());
    return freed > 0;
  }

  /** Whether garbage was collected. */
  #collect(hasReclaimed: boolean): boolean {
    const { clock, collector, memory } = this.#parts;
    if (!this.#ladder.wantsCollection(hasReclaimed, clock.monotonic())) return false;
    const duration = collector.collect();
    if (duration === undefined) return false;
    this.#metrics.gcForced.add();
    this.#metrics.gcForcedSeconds.add(duration / 1_000);
    const at = clock.monotonic();
    this.#ladder.observeProcess(memory.read(true), at, [{ kind: 'full', at }]);
    this.#announceLevel();
    return true;
  }

  #announceLevel(): void {
    const { level } = this.#ladder;
    if (level === this.#level || this.#timer === undefined) return;
    const previous = this.#level;
    this.#level = level;
    const { current, limits, level: levels } = this.monitor();
    const keys = level === 'normal' ? [] : Object.keys(levels).filter((key) => levels[key] === level);
    const pressure = { level, previous, keys, current, limits };
    this.#parts.onEvent({ type: 'level', pressure });
    this.#listeners.tell(pressure);
  }

  #useLimit(key: string): void {
    const limit = this.#limits.get(key);
    this.#ladder.setLimit(key, limit);
    if (limit?.soft !== undefined) this.#metrics.watchLimit(key, 'soft');
    if (limit?.hard !== undefined) this.#metrics.watchLimit(key, 'hard');
  }

  #limitWarning(key: string): string | undefined {
    return this.#limits.warning(key, this.#pool.names);
  }

  #byKey<T>(select: (key: WatchedKey) => T | undefined): ByKey<T> {
    const entries = this.#ladder.keys.map((key) => [key.name, select(key)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
  }
}
