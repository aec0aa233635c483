import type { Collection } from './gc-events.js';
import { higherOf, type MemoryLevel } from './memory-level.js';
import type { LimitBytes } from './memory-limit.js';
import { PROCESS_KEYS, type ProcessReadings } from './process-memory.js';
import type { Excess } from './reclaim-plan.js';
import { WatchedKey, type WatchedKeyOptions } from './watched-key.js';

/** What the ladder goes by. Times in milliseconds. */
export interface LadderOptions extends WatchedKeyOptions {
  /** Shortest time between two reclaims for one key, unless a collection has shown meanwhile that it is over again. */
  readonly cooldown: number;
  /** Shortest time since the last collection, forced or not, before garbage alone makes another one worth its pause. */
  readonly minCollectInterval: number;
}

/**
 * Decides what to do about memory, without doing it. The steps, from the gentlest:
 *
 * 1. The soft limit of a key is passed by what is surely no garbage ({@link WatchedKey.retained}): reclaimables give
 *    back just what the key is over, down to the band below the limit; and not again before a collection has shown that
 *    more is needed, or the cooldown is over.
 * 2. The reading is still over, for it counts what is garbage now: a collection. It shows what was really left, and the
 *    next sample starts from there. A reading that is full of garbage alone comes here directly, and no cache is touched.
 * 3. The hard limit is passed all the same: the level says `hard`, and requests are shed until it is left.
 *
 * Who sheds allocates next to nothing, so V8 may never collect again and never show that memory was freed. Where no
 * collection can be forced, the hard level is therefore left some time after the last one (a half-open circuit breaker):
 * what is served then allocates, and the next collection decides ({@link WatchedKey}).
 *
 * The order has a reason: what is reclaimed is collected by the same collection, which is the step that stops the
 * process. Knowing what is garbage keeps step 1 from emptying caches that are not to blame.
 */
export class EscalationLadder {
  readonly #options: LadderOptions;
  readonly #keys = new Map<string, WatchedKey>();
  #collectedAt = -Infinity;

  constructor(options: LadderOptions) {
    this.#options = options;
    for (const name of PROCESS_KEYS) this.#key(name);
  }

  /** The figures of the process, what reclaimables hold by name, and what else has a limit. */
  get keys(): readonly WatchedKey[] {
    return [...this.#keys.values()];
  }

  /** The last reading of a key; 0 if there is no such key. */
  current(name: string): number {
    return this.#keys.get(name)?.current ?? 0;
  }

  get level(): MemoryLevel {
    return this.keys.map((key) => key.level).reduce(higherOf, 'normal');
  }

  /** Whether a step may be due: something must be given back or collected. */
  get isOver(): boolean {
    return this.keys.some((key) => key.excess > 0 || key.isReadingOver);
  }

  /** Gives a key a limit, or takes it away; the next sample compares with it. */
  setLimit(name: string, limit: LimitBytes | undefined): void {
    this.#key(name).limit = limit;
  }

  /** Takes in a reading of the process, and what was collected since the last one (the oldest first). */
  observeProcess(readings: ProcessReadings, at: number, collections: readonly Collection[] = []): void {
    if (collections.some(({ kind }) => kind !== 'minor')) this.#collectedAt = at;
    for (const name of PROCESS_KEYS) this.#key(name).observe(readings[name], at, collections);
  }

  /** Takes in what the reclaimables hold, by name; a name that is missing holds nothing, and is forgotten without a limit. */
  observeReclaimables(bytes: ReadonlyMap<string, number>, at: number): void {
    for (const name of bytes.keys()) this.#key(name);
    for (const key of this.keys) {
      if (key.isOfProcess) continue;
      if (key.limit === undefined && !bytes.has(key.name)) this.#keys.delete(key.name);
      else key.observe(bytes.get(key.name) ?? 0, at, []);
    }
  }

  /** What must be given back now, as a reclaim that has begun; `undefined` if nothing is over, or it is too early to try again. */
  beginReclaim(at: number): Excess | undefined {
    const due = this.keys.filter((key) => key.excess > 0 && key.isDue(at, this.#options.cooldown));
    if (due.length === 0) return undefined;
    const excess = {
      process: Math.max(0, ...due.filter((key) => key.isOfProcess).map((key) => key.excess)),
      byName: new Map(due.filter((key) => !key.isOfProcess).map((key) => [key.name, key.excess])),
    };
    for (const key of due) key.reclaimBegan(at);
    return excess;
  }

  /** Takes in how many bytes a reclaim gave. */
  freed(bytes: number, at: number): void {
    for (const key of this.#keys.values()) key.freed(bytes, at);
  }

  /** Whether a collection is worth its pause. */
  wantsCollection(hasReclaimed: boolean, at: number): boolean {
    if (hasReclaimed && this.keys.some((key) => key.isReadingOver)) return true;
    if (this.keys.some((key) => key.isNearEnd)) return true;
    return at - this.#collectedAt >= this.#options.minCollectInterval && this.keys.some((key) => key.wantsProof);
  }

  #key(name: string): WatchedKey {
    const existing = this.#keys.get(name);
    if (existing !== undefined) return existing;
    const created = new WatchedKey(name, this.#options);
    this.#keys.set(name, created);
    return created;
  }
}
