import type { Clock } from '@envol/common';
import type { AtlasClient } from './atlas-client.js';
import type { LoadRun } from './load-run.js';
import type { ManagementClient } from './management-client.js';
import type { Observation } from './read-share.js';
import { ReplicaCalls } from './replica-calls.js';
import { wait } from './wait.js';

const SECOND = 1_000;

export interface LoadObserverOptions {
  readonly load: Pick<LoadRun, 'progress'>;
  readonly client: Pick<AtlasClient, 'underWay'>;
  readonly management: Pick<ManagementClient, 'describe'>;
  readonly clock: Clock;
}

/** Asks each second how many calls went to which replica. */
export class LoadObserver {
  readonly calls = new ReplicaCalls();
  readonly observations: Observation[] = [];
  readonly #options: LoadObserverOptions;
  #startedAt = 0;

  constructor(options: LoadObserverOptions) {
    this.#options = options;
  }

  /** The first look, right before the load. */
  async start(): Promise<void> {
    this.#startedAt = this.#options.clock.monotonic();
    await this.#look();
  }

  /** Looks every second until `load` is over, and then once more. One that fails on the way is made up by the next. */
  async watch(load: Promise<void>): Promise<void> {
    const over = load.then(() => true);
    for (;;) {
      const elapsed = this.#options.clock.monotonic() - this.#startedAt;
      const nextSecond = wait(this.#options.clock, SECOND - (elapsed % SECOND)).then(() => false);
      if (await Promise.race([over, nextSecond])) return this.#look();
      await this.#look().catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { load, client, management, clock } = this.#options;
    this.calls.update(await management.describe());
    const at = (clock.monotonic() - this.#startedAt) / SECOND;
    this.observations.push({ at, calls: this.calls.total, underWay: client.underWay, ...load.progress });
  }
}
