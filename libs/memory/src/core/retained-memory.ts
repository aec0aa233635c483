import type { Collection } from './gc-events.js';

/**
 * How much of a reading is surely no garbage: what was left after the last full collection. A heap that is nearly full
 * may hold nothing but garbage, and emptying caches would help nobody, so limits are compared with this.
 *
 * It is an upper bound: a reading taken a moment after the collection counts what came since. It never exceeds the
 * reading, and is lowered at once by what reclaimables gave back, so that nothing is reclaimed twice before the next
 * collection shows what is left.
 */
export class RetainedMemory {
  readonly #settlesLater: boolean;
  #bytes = 0;
  #isSettling = false;
  #validFrom = -Infinity;
  #settledAt = -Infinity;

  /** @param settlesLater whether V8 corrects the figure only when the collection after the major one begins (off-heap memory) */
  constructor(settlesLater: boolean) {
    this.#settlesLater = settlesLater;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When a collection last showed what is left. */
  get settledAt(): number {
    return this.#settledAt;
  }

  /** @param collections what was collected since the last reading, the oldest first */
  observe(reading: number, at: number, collections: readonly Collection[]): void {
    let isSettled = false;
    for (const collection of collections) {
      if (collection.kind === 'full') this.#validFrom = collection.at;
      else if (collection.at <= this.#validFrom) continue;
      isSettled = this.#settles(collection) || isSettled;
    }
    this.#bytes = isSettled ? reading : Math.min(this.#bytes, reading);
    if (isSettled) this.#settledAt = at;
  }

  /** Reclaimables gave back so much: what was collected before says nothing any more. */
  freed(bytes: number, at: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
    this.#isSettling = false;
    this.#validFrom = at;
  }

  #settles({ kind }: Collection): boolean {
    if (!this.#settlesLater || kind === 'full') return kind !== 'minor';
    const settles = this.#isSettling;
    this.#isSettling = kind === 'major';
    return settles;
  }
}
