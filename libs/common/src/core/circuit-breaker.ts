import type { Clock, Timer } from './clock.js';

/** Settings of a {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** So many failures in a row open it. */
  readonly failures: number;
  /** While open, `probe` is tried again this often, in milliseconds. */
  readonly probeEvery: number;
  /** Asks the other side whether it is well again. Must bring its own timeout. */
  readonly probe: () => Promise<unknown>;
  readonly clock: Clock;
  /** Which errors speak against the other side; default: all of them. */
  readonly isFailure?: (error: unknown) => boolean;
  /** Called when it opens (`true`) and when it closes (`false`). */
  readonly onChange?: (open: boolean) => void;
}

/**
 * Stops asking what does not answer (Nygard, Release It!). Unlike the classic half-open state, no caller pays for
 * finding out whether the other side is back: a background probe does.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failuresInARow = 0;
  #open = false;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Whether calls should not even be tried. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Tells it that a call went well. */
  succeeded(): void {
    this.#failuresInARow = 0;
  }

  /** Tells it that a call went wrong; the last of `failures` in a row opens it. */
  failed(error: unknown): void {
    if (this.#options.isFailure?.(error) === false) return;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= this.#options.failures) this.trip();
  }

  /** Opens it at once, for who knows that the other side is away. */
  trip(): void {
    if (!this.#open) this.#change(true);
  }

  /** Stops probing. For the end of life. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #change(open: boolean): void {
    if (this.#stopped) return;
    this.#open = open;
    this.#failuresInARow = 0;
    if (open) this.#probeLater();
    this.#options.onChange?.(open);
  }

  #probeLater(): void {
    this.#timer = this.#options.clock.setTimeout(() => {
      void this.#options.probe().then(
        () => this.#change(false),
        () => {
          if (!this.#stopped) this.#probeLater();
        },
      );
    }, this.#options.probeEvery);
  }
}
