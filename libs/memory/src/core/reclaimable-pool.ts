import { EnvolError, withTimeout, type Clock, type Reclaimable } from '@envol/common';
import { isProcessKey } from './process-memory.js';
import type { Holding } from './reclaim-plan.js';

/** How a reclaim of one reclaimable went. */
export interface ReclaimOutcome {
  readonly name: string;
  /** Bytes that it held less afterwards. */
  readonly freed: number;
  /** Why it failed, or that it did not end in time. */
  readonly error?: unknown;
}

/** A registered reclaimable at one moment. */
export interface PooledHolding extends Holding {
  readonly entry: Entry;
}

/** A registered reclaimable. */
interface Entry {
  readonly name: string;
  readonly reclaimable: Reclaimable;
  /** Whether a reclaim that was begun has not ended, in time or not. */
  isBusy: boolean;
}

/** The reclaimables of an application. One that fails or hangs stops nobody. */
export class ReclaimablePool {
  readonly #entries = new Map<Reclaimable, Entry>();
  readonly #timeout: number;
  readonly #clock: Clock;

  /** @param timeout longest wait for one reclaim, in milliseconds */
  constructor(timeout: number, clock: Clock) {
    this.#timeout = timeout;
    this.#clock = clock;
  }

  get names(): readonly string[] {
    return [...new Set([...this.#entries.values()].map(({ name }) => name))];
  }

  /**
   * Adds a reclaimable and returns what takes it out. Adding it again changes nothing; several may share a name, and
   * with it a limit.
   *
   * @throws EnvolError `ENVOL_MEMORY_INVALID_RECLAIMABLE`
   */
  register(reclaimable: Reclaimable): () => void {
    checkReclaimable(reclaimable);
    if (!this.#entries.has(reclaimable)) {
      this.#entries.set(reclaimable, { name: reclaimable.name, reclaimable, isBusy: false });
    }
    return () => void this.#entries.delete(reclaimable);
  }

  /** What every reclaimable holds now. */
  holdings(): PooledHolding[] {
    return [...this.#entries.values()].map((entry) => ({ entry, name: entry.name, bytes: bytesOf(entry) }));
  }

  /** What is held by name. */
  bytesByName(): Map<string, number> {
    const bytes = new Map<string, number>();
    for (const holding of this.holdings()) bytes.set(holding.name, (bytes.get(holding.name) ?? 0) + holding.bytes);
    return bytes;
  }

  /** What can be asked to give memory back: who is still at it is left alone. */
  reclaimable(): PooledHolding[] {
    return this.holdings().filter(({ entry }) => !entry.isBusy);
  }

  /** Asks each for its fraction, all at once, and waits for them no longer than the timeout. */
  reclaim(plan: ReadonlyMap<PooledHolding, number>): Promise<ReclaimOutcome[]> {
    return Promise.all([...plan].map(([holding, fraction]) => this.#reclaim(holding, fraction)));
  }

  async #reclaim({ entry, name, bytes }: PooledHolding, fraction: number): Promise<ReclaimOutcome> {
    try {
      await withTimeout(begin(entry, fraction), this.#timeout, this.#clock, () => this.#timedOut(name));
      return { name, freed: Math.max(0, bytes - bytesOf(entry)) };
    } catch (error) {
      return { name, freed: Math.max(0, bytes - bytesOf(entry)), error };
    }
  }

  #timedOut(name: string): EnvolError {
    return new EnvolError(
      'ENVOL_MEMORY_RECLAIM_TIMEOUT',
      `"${name}" did not give memory back within ${this.#timeout} ms`,
      'It is asked again when it has ended. Drop entries without waiting for others, or raise reclaimTimeout.',
    );
  }
}

async function begin(entry: Entry, fraction: number): Promise<void> {
  entry.isBusy = true;
  try {
    await entry.reclaimable.reclaim(fraction);
  } finally {
    entry.isBusy = false;
  }
}

/** What cannot be read, or is no size, counts as nothing: it must not stop what helps. */
function bytesOf({ reclaimable }: Entry): number {
  try {
    const { bytes } = reclaimable;
    return Number.isFinite(bytes) && bytes > 0 ? bytes : 0;
  } catch {
    return 0;
  }
}

function checkReclaimable(reclaimable: unknown): void {
  const isObject = typeof reclaimable === 'object' && reclaimable !== null;
  const name: unknown = isObject ? Reflect.get(reclaimable, 'name') : undefined;
  if (!isObject || typeof name !== 'string' || name === '') throw invalid('it has no name');
  if (isProcessKey(name)) throw invalid(`its name "${name}" is that of a figure of the process`);
  if (!('bytes' in reclaimable)) throw invalid(`"${name}" does not say its bytes`);
  if (typeof Reflect.get(reclaimable, 'reclaim') !== 'function') throw invalid(`"${name}" has no method reclaim()`);
}

function invalid(problem: string): EnvolError {
  return new EnvolError(
    'ENVOL_MEMORY_INVALID_RECLAIMABLE',
    `This is no reclaimable: ${problem}`,
    'Give an object with a name of its own, bytes (what it holds now) and reclaim(fraction).',
  );
}
