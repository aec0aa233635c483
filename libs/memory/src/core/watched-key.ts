import type { Collection } from './gc-events.js';
import { leaveThreshold, LevelTracker, type Hysteresis } from './level-tracker.js';
import type { MemoryLevel } from './memory-level.js';
import type { LimitBytes } from './memory-limit.js';
import { isProcessKey } from './process-memory.js';
import { RetainedMemory } from './retained-memory.js';

/** What a {@link WatchedKey} goes by. Times in milliseconds. */
export interface WatchedKeyOptions extends Hysteresis {
  /** How long the hard level is held on the word of one collection; infinite where the next one can be forced. */
  readonly hardProofLifetime: number;
}

/** One figure with its own limit: a reading of the process, or what the reclaimables of one name hold. */
export class WatchedKey {
  readonly name: string;
  /** Whether reclaiming any reclaimable helps, or only those of this name. */
  readonly isOfProcess: boolean;
  limit: LimitBytes | undefined;
  readonly #band: number;
  readonly #hardProofLifetime: number;
  readonly #tracker: LevelTracker;
  /** Of a reclaimable nothing is garbage. */
  readonly #retained: RetainedMemory | undefined;
  #current = 0;
  #peak = 0;
  #reclaimBeganAt = -Infinity;
  #hardSince = -Infinity;
  /** Whether the last collection is too long ago to hold the hard level: only the next one counts against it again. */
  #isHardDoubted = false;
  /** RSS hardly falls when memory is freed: what it was when memory was last reclaimed for it. */
  #rssWhenReclaimed = 0;

  constructor(name: string, options: WatchedKeyOptions) {
    this.name = name;
    this.isOfProcess = isProcessKey(name);
    this.#band = options.band;
    this.#hardProofLifetime = options.hardProofLifetime;
    this.#tracker = new LevelTracker(options);
    this.#retained = this.isOfProcess ? new RetainedMemory(name !== 'heapUsed') : undefined;
  }

  /** The last reading, garbage included. */
  get current(): number {
    return this.#current;
  }

  get peak(): number {
    return this.#peak;
  }

  /** What is compared with the limit. */
  get retained(): number {
    return this.#retained?.bytes ?? this.#current;
  }

  /** Whether {@link retained} is known: of the process it is after the first full collection. */
  get isKnown(): boolean {
    return this.#retained === undefined || this.#retained.settledAt > -Infinity;
  }

  get level(): MemoryLevel {
    return this.#tracker.level;
  }

  /** @param collections what was collected since the last reading: one that was made because of them is no sample */
  observe(reading: number, at: number, collections: readonly Collection[]): void {
    this.#current = reading;
    this.#peak = Math.max(this.#peak, reading);
    this.#retained?.observe(reading, at, collections);
    this.#rssWhenReclaimed = Math.min(this.#rssWhenReclaimed, this.retained);
    this.#observeLevel(at, collections.length === 0);
  }

  /** How many bytes must go for the key to be back under the band; 0 while it is not over its limit. */
  get excess(): number {
    if (this.limit === undefined || this.level === 'normal' || this.retained < this.limit.soft) return 0;
    const target = leaveThreshold(this.limit.soft, this.#band);
    const step = this.limit.soft - target;
    if (this.#rssWhenReclaimed > 0 && this.retained < this.#rssWhenReclaimed + step) return 0;
    return this.retained - Math.max(target, this.#rssWhenReclaimed);
  }

  /**
   * Whether it is time to reclaim for this key again: a collection has shown what the last reclaim left, or the
   * cooldown is over. A cooldown alone would come too late in a program that allocates fast.
   */
  isDue(at: number, cooldown: number): boolean {
    return (this.#retained?.settledAt ?? -Infinity) > this.#reclaimBeganAt || at - this.#reclaimBeganAt >= cooldown;
  }

  /** Whether the reading has reached the hard limit, and only a collection can tell whether it is garbage. */
  get isNearEnd(): boolean {
    const hard = this.limit?.hard;
    return hard !== undefined && this.#retained !== undefined && this.#current >= hard && this.retained < hard;
  }

  /** Whether the reading, garbage included, is over; at a level until it is below the band. */
  get isReadingOver(): boolean {
    if (this.limit === undefined || this.#retained === undefined) return false;
    const { soft } = this.limit;
    return this.#current >= (this.level === 'normal' ? soft : leaveThreshold(soft, this.#band));
  }

  /**
   * Whether a collection would show something, though nothing was reclaimed: that it is not garbage, or that a level
   * can be left. An RSS that is over its soft limit stays there, and is not worth a pause again and again.
   */
  get wantsProof(): boolean {
    return this.isReadingOver && !(this.name === 'rss' && this.level === 'soft');
  }

  /** Takes in that a reclaim for this key began. */
  reclaimBegan(at: number): void {
    this.#reclaimBeganAt = at;
    if (this.name === 'rss') this.#rssWhenReclaimed = this.retained;
  }

  /** Takes in that reclaimables gave back so much, for whatever key. */
  freed(bytes: number, at: number): void {
    if (this.name !== 'rss') this.#retained?.freed(bytes, at);
  }

  #observeLevel(at: number, isSample: boolean): void {
    const wasHard = this.level === 'hard';
    this.#isHardDoubted = this.#doubtsHard(at);
    const limit = this.#isHardDoubted && this.limit !== undefined ? { soft: this.limit.soft } : this.limit;
    this.#tracker.observe(this.retained, limit, at, isSample);
    if (this.level === 'hard' && !wasHard) this.#hardSince = at;
  }

  #doubtsHard(at: number): boolean {
    if (this.#retained === undefined || this.#retained.settledAt === at) return false;
    if (this.#isHardDoubted) return true;
    const provenAt = Math.max(this.#retained.settledAt, this.#hardSince);
    return this.level === 'hard' && at - provenAt >= this.#hardProofLifetime;
  }
}
