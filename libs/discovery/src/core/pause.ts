import type { Clock, Timer } from '@envol/common';

/** The pauses of a loop, which end early when the loop is to stop. */
export class Pause {
  readonly #clock: Clock;
  #isEnded = false;
  #timer: Timer | undefined;
  #wake: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the loop is to stop. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolves after `milliseconds`, or at once when {@link end} was or is called. One at a time. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#isEnded || milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#clock.setTimeout(resolve, milliseconds);
    });
  }

  /** Ends the pause under way and all later ones. */
  end(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#wake();
  }
}
