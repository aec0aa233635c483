import type { Clock, Timer } from '@envol/common/core';
import type { LoadDriver } from './load-driver.js';
import type { ClosedLoop } from './load-shape.js';
import type { Requests } from './requests.js';
import { levelAt, totalDuration, type Stage } from './stages.js';

/** What a {@link ClosedLoopDriver} needs. */
export interface ClosedLoopParts {
  readonly load: ClosedLoop;
  /** Those of the load with the warm-up before them. */
  readonly stages: readonly Stage[];
  readonly requests: Requests;
  readonly clock: Clock;
  /** Milliseconds from the start of the run. */
  readonly elapsed: () => number;
}

/** How often the number of connections follows the plan, in milliseconds. */
const ADJUST_EVERY = 50;

/** Keeps a number of connections busy: each sends its next request when the last one has ended. */
export class ClosedLoopDriver implements LoadDriver {
  readonly #parts: ClosedLoopParts;
  readonly #connections = new Set<number>();
  /** What wakes a connection that pauses. */
  readonly #pauses = new Map<Timer, () => void>();
  #sent = 0;
  #isOver = false;

  constructor(parts: ClosedLoopParts) {
    this.#parts = parts;
  }

  plannedAt(time: number): number {
    return Math.round(levelAt(this.#parts.stages, time));
  }

  run(signal: AbortSignal): Promise<void> {
    const { stages, clock, elapsed } = this.#parts;
    const end = totalDuration(stages);
    let timer: Timer | undefined;
    return new Promise((resolve) => {
      const stop = (): void => {
        timer?.cancel();
        this.#stop();
        resolve();
      };
      const adjust = (): void => {
        const left = end - elapsed();
        if (left <= 0) return stop();
        for (let number = 0; number < this.plannedAt(elapsed()); number += 1) {
          if (!this.#connections.has(number)) void this.#keepBusy(number);
        }
        timer = clock.setTimeout(adjust, Math.min(ADJUST_EVERY, left));
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      else adjust();
    });
  }

  async #keepBusy(number: number): Promise<void> {
    const { load, requests, elapsed } = this.#parts;
    this.#connections.add(number);
    while (!this.#isOver && number < this.plannedAt(elapsed())) {
      this.#sent += 1;
      await requests.send(this.#sent - 1, elapsed());
      if (!this.#isOver) await this.#pause(load.thinkTime);
    }
    this.#connections.delete(number);
  }

  #pause(milliseconds: number): Promise<void> {
    // A target that answers without waiting for anything must not keep the event loop from turning.
    if (milliseconds === 0) return new Promise((resolve) => setImmediate(resolve));
    return new Promise((resolve) => {
      const timer = this.#parts.clock.setTimeout(() => {
        this.#pauses.delete(timer);
        resolve();
      }, milliseconds);
      this.#pauses.set(timer, resolve);
    });
  }

  #stop(): void {
    this.#isOver = true;
    for (const [timer, wake] of this.#pauses) {
      timer.cancel();
      wake();
    }
    this.#pauses.clear();
  }
}
