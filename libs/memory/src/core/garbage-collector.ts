import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '@envol/common';

/** V8's own function: a full collection, or one of the young generation. */
export type Gc = (options?: { readonly type: 'minor' }) => unknown;

/** A collection stops the process, so collections take at most one part in so many of its time. */
const TIME_BETWEEN_PER_DURATION = 20;

/**
 * V8's `gc` function, also in a process that was not started with `--expose-gc`; `undefined` if it cannot be had.
 *
 * The flag is on only while a new context is made, which then has the function. It must not stay on: V8 puts a hash of
 * its flags into compile caches and rejects those that were made with other flags.
 */
export function acquireGc(): Gc | undefined {
  if (isGc(globalThis.gc)) return globalThis.gc;
  try {
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('gc');
    return isGc(gc) ? gc : undefined;
  } catch {
    return undefined;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

/** Forces garbage collections, and not too many of them. */
export class GarbageCollector {
  readonly #gc: Gc | undefined;
  readonly #minInterval: number;
  readonly #clock: Clock;
  #last: { readonly endedAt: number; readonly duration: number } | undefined;
  #collections = 0;

  /** @param gc `undefined` where there is none, or it must not be used */
  constructor(gc: Gc | undefined, minInterval: number, clock: Clock) {
    this.#gc = gc;
    this.#minInterval = minInterval;
    this.#clock = clock;
  }

  get isAvailable(): boolean {
    return this.#gc !== undefined;
  }

  /** How many were forced. */
  get collections(): number {
    return this.#collections;
  }

  /** How long the last one took, in milliseconds. */
  get lastDuration(): number | undefined {
    return this.#last?.duration;
  }

  /** Collects if it may by now, and says how long that took in milliseconds. */
  collect(): number | undefined {
    const startedAt = this.#clock.monotonic();
    if (this.#gc === undefined || startedAt < this.#notBefore) return undefined;
    this.#gc();
    // V8 counts freed array buffers off only when the next collection begins, and the smallest one will do.
    this.#gc({ type: 'minor' });
    const endedAt = this.#clock.monotonic();
    const duration = endedAt - startedAt;
    this.#last = { endedAt, duration };
    this.#collections += 1;
    return duration;
  }

  get #notBefore(): number {
    if (this.#last === undefined) return -Infinity;
    return this.#last.endedAt + Math.max(this.#minInterval, TIME_BETWEEN_PER_DURATION * this.#last.duration);
  }
}

function isGc(value: unknown): value is Gc {
  return typeof value === 'function';
}
