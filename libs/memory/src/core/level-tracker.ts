import type { LimitBytes } from './memory-limit.js';
import { higherOf, lowerOf, rankOf, type MemoryLevel } from './memory-level.js';

/** When a level is entered and when it is left. Times in milliseconds. */
export interface Hysteresis {
  /** Share of a limit by which a value must be below it for the level to be left. */
  readonly band: number;
  /** Samples in a row that must be over a limit; looks after a collection are none of them, and enter at once if it is 1. */
  readonly enterSamples: number;
  readonly leaveAfter: number;
}

/** The value at which a level is left, and to which memory is reclaimed. */
export function leaveThreshold(limit: number, band: number): number {
  return Math.floor(limit * (1 - band));
}

/**
 * The level of one key. It rises when enough samples in a row are at or over a limit, and falls when every sample of a
 * while was below the band under it; between the two it stays what it is.
 */
export class LevelTracker {
  readonly #hysteresis: Hysteresis;
  #level: MemoryLevel = 'normal';
  #rising: { readonly samples: number; readonly lowest: MemoryLevel } | undefined;
  #falling: { readonly since: number; readonly highest: MemoryLevel } | undefined;

  constructor(hysteresis: Hysteresis) {
    this.#hysteresis = hysteresis;
  }

  get level(): MemoryLevel {
    return this.#level;
  }

  /**
   * Takes in a value; without a limit the level is always normal.
   *
   * @param isSample whether it counts as one of `enterSamples`; what does not count still ends a row that it is not part of
   */
  observe(value: number, limit: LimitBytes | undefined, at: number, isSample = true): void {
    if (limit === undefined) {
      this.#enter('normal');
      return;
    }
    this.#rise(levelFor(value, limit, 0), isSample);
    this.#fall(levelFor(value, limit, this.#hysteresis.band), at);
  }

  #rise(reached: MemoryLevel, isSample: boolean): void {
    if (rankOf(reached) <= rankOf(this.#level)) {
      this.#rising = undefined;
      return;
    }
    const { samples, lowest } = this.#rising ?? { samples: 0, lowest: reached };
    this.#rising = {
      samples: samples + (isSample || this.#hysteresis.enterSamples === 1 ? 1 : 0),
      lowest: lowerOf(lowest, reached),
    };
    if (this.#rising.samples >= this.#hysteresis.enterSamples) this.#enter(this.#rising.lowest);
  }

  #fall(held: MemoryLevel, at: number): void {
    if (rankOf(held) >= rankOf(this.#level)) {
      this.#falling = undefined;
      return;
    }
    const { since, highest } = this.#falling ?? { since: at, highest: held };
    this.#falling = { since, highest: higherOf(highest, held) };
    if (at - since >= this.#hysteresis.leaveAfter) this.#enter(this.#falling.highest);
  }

  #enter(level: MemoryLevel): void {
    this.#level = level;
    this.#rising = undefined;
    this.#falling = undefined;
  }
}

function levelFor(value: number, { soft, hard }: LimitBytes, band: number): MemoryLevel {
  if (hard !== undefined && value >= leaveThreshold(hard, band)) return 'hard';
  return value >= leaveThreshold(soft, band) ? 'soft' : 'normal';
}
