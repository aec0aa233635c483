import type { MemoryPressure } from './memory-report.js';

/** Is called when the level changes. Nobody waits for it; what it throws, and its rejection, is told as a failure. */
export type LevelListener = (pressure: MemoryPressure) => unknown;

/** Who is told of changes of the level. One that fails stops neither the others nor the process. */
export class LevelListeners {
  readonly #listeners = new Set<LevelListener>();
  readonly #onFailure: (cause: unknown) => void;

  constructor(onFailure: (cause: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Returns what takes the listener out again. */
  add(listener: LevelListener): () => void {
    // A function of its own, so that a listener that is added twice is called twice, and removed once.
    const added: LevelListener = (pressure) => listener(pressure);
    this.#listeners.add(added);
    return () => void this.#listeners.delete(added);
  }

  tell(pressure: MemoryPressure): void {
    for (const listener of this.#listeners) void this.#call(listener, pressure);
  }

  async #call(listener: LevelListener, pressure: MemoryPressure): Promise<void> {
    try {
      await listener(pressure);
    } catch (cause) {
      this.#onFailure(cause);
    }
  }
}
