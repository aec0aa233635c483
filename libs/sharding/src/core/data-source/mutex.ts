import { withTimeout, type Clock } from '@envol/common';

/** One at a time, first come first served. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve();

  constructor(private readonly clock: Clock) {}

  /**
   * Waits for its turn and resolves to the function that ends it.
   *
   * @throws what `onTimeout` makes, after `milliseconds` of waiting; its turn is then passed on.
   */
  async acquire(milliseconds: number, onTimeout: () => Error): Promise<() => void> {
    const turn = this.#tail;
    let end: (() => void) | undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.#tail = turn.then(() => ended);
    try {
      await withTimeout(turn, milliseconds, this.clock, onTimeout);
    } catch (error) {
      end?.();
      throw error;
    }
    return () => end?.();
  }
}
