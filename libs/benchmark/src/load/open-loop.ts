import type { Clock, Timer } from '@envol/common/core';
import { seededRandom } from '../core/seeded-random.js';
import { arrivalTimes } from './arrival-times.js';
import type { LoadDriver } from './load-driver.js';
import type { OpenLoop } from './load-shape.js';
import { preciseTimer } from './precise-timer.js';
import type { Requests } from './requests.js';
import { levelAt, type Stage } from './stages.js';

/** What an {@link OpenLoopDriver} needs. */
export interface OpenLoopParts {
  readonly load: OpenLoop;
  /** Those of the load with the warm-up before them. */
  readonly stages: readonly Stage[];
  readonly requests: Requests;
  readonly clock: Clock;
  /** Milliseconds from the start of the run. */
  readonly elapsed: () => number;
  /** A request was not sent because too many were in flight. */
  readonly onDrop: (due: number) => void;
}

/** After a pause of the process so many late requests are sent at a time; answers are handled in between. */
const BATCH = 1_000;

/** In milliseconds: what is due this soon is due. Nothing finer is measured, and a clock may count no finer. */
const SOON = 0.001;

/** Sends each request when it is due, whatever became of the others. What is late is sent at once. */
export class OpenLoopDriver implements LoadDriver {
  readonly #parts: OpenLoopParts;

  constructor(parts: OpenLoopParts) {
    this.#parts = parts;
  }

  plannedAt(time: number): number {
    return levelAt(this.#parts.stages, time);
  }

  run(signal: AbortSignal): Promise<void> {
    const { load, stages, clock, elapsed } = this.#parts;
    const setTimer = preciseTimer(clock);
    const arrivals = arrivalTimes(stages, load.arrivals, seededRandom(load.seed));
    let next = arrivals.next();
    let index = 0;
    let timer: Timer | undefined;
    return new Promise((resolve) => {
      const sendDue = (): void => {
        const now = elapsed() + SOON;
        for (let sent = 0; next.done !== true && next.value <= now && sent < BATCH; sent += 1) {
          this.#send(index, next.value);
          index += 1;
          next = arrivals.next();
        }
        if (next.done === true) resolve();
        else timer = setTimer(sendDue, Math.max(0, next.value - elapsed()));
      };
      const stop = (): void => {
        timer?.cancel();
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      else sendDue();
    });
  }

  #send(index: number, due: number): void {
    const { load, requests, onDrop } = this.#parts;
    if (requests.inFlight < load.maxInFlight) void requests.send(index, due);
    else onDrop(due);
  }
}
