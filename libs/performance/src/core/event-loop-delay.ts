import type { Clock, Histogram, Timer } from '@envol/common';

/** How often it looks, in milliseconds. */
const INTERVAL = 20;

/**
 * Records by how much a timer comes late, again and again. A histogram and no gauge that is reset at each scrape: so
 * several may scrape, and a block of the loop between two scrapes is not lost.
 */
export class EventLoopDelay {
  readonly #seconds: Histogram;
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(seconds: Histogram, clock: Clock) {
    this.#seconds = seconds;
    this.#clock = clock;
  }

  start(): void {
    const due = this.#clock.monotonic() + INTERVAL;
    this.#timer = this.#clock.setTimeout(() => {
      this.#seconds.record(Math.max(0, this.#clock.monotonic() - due) / 1_000);
      this.start();
    }, INTERVAL);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
