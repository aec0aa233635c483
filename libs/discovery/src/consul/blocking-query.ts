import type { Clock, Random } from '@envol/common';
import { BackOff } from '../core/back-off.js';
import { Pause } from '../core/pause.js';
import type { RegistryObserver } from '../core/registry.js';
import type { HealthAnswer } from './consul-client.js';
import { noLeader } from './consul-errors.js';
import { readEntries } from './health-entry.js';
import { TokenBucket } from './token-bucket.js';

/** What a {@link BlockingQuery} needs. */
export interface BlockingQueryParts {
  readonly query: (index: number, signal: AbortSignal) => Promise<HealthAnswer>;
  /** A number that changes when the agent may have restarted. */
  readonly epoch: () => number;
  readonly clock: Clock;
  readonly random: Random;
}

/** Two answers may come at once, then one a second: an index that spins must not spin us. */
const BURST = 2;
const INTERVAL = 1_000;

/**
 * Reads a service over and over, each time waiting in the agent until it has changed ("blocking query"). Follows the
 * rules that Consul gives for it: an index that went back starts anew, and the rate is limited. It never ends by itself:
 * an error is told, and the next attempt comes after a pause.
 *
 * An agent that lost its data keeps a query for an index of before waiting for its full time. So the index is forgotten
 * after an error, and when a connection was lost between two queries. Not twice in a row for the latter: through a proxy
 * that ends every connection no query would ever wait.
 */
export class BlockingQuery {
  readonly #name: string;
  readonly #parts: BlockingQueryParts;
  readonly #observer: RegistryObserver;
  readonly #abort = new AbortController();
  readonly #pause: Pause;
  readonly #backOff: BackOff;
  readonly #bucket: TokenBucket;
  #index = 0;
  /** Of the last query, and the epoch in which it was answered. */
  #asked = { index: 0, epoch: 0 };
  #hasAnswered = false;

  /** Starts it. */
  constructor(name: string, observer: RegistryObserver, parts: BlockingQueryParts) {
    this.#name = name;
    this.#observer = observer;
    this.#parts = parts;
    this.#pause = new Pause(parts.clock);
    this.#backOff = new BackOff(parts.random);
    this.#bucket = new TokenBucket(BURST, INTERVAL, parts.clock);
    void this.#run();
  }

  stop(): void {
    this.#pause.end();
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    while (!this.#pause.isEnded) {
      await this.#pause.wait(this.#bucket.take());
      if (this.#pause.isEnded) return;
      const failure = await this.#ask();
      if (this.#pause.isEnded) return;
      if (failure !== undefined) {
        this.#index = 0;
        this.#observer.failed(failure.cause);
        await this.#pause.wait(this.#backOff.next());
      }
    }
  }

  async #ask(): Promise<{ readonly cause: unknown } | undefined> {
    const { query, epoch } = this.#parts;
    if (this.#asked.index > 0 && this.#asked.epoch !== epoch()) this.#index = 0;
    const asked = this.#index;
    try {
      const { index, hasLeader, entries } = await query(asked, this.#abort.signal);
      this.#asked = { index: asked, epoch: epoch() };
      if (this.#pause.isEnded) return undefined;
      // With `stale` any server may answer. What one without a leader says is better than nothing, and no more than that.
      if (!hasLeader && this.#hasAnswered) return { cause: noLeader(`the query for "${this.#name}"`) };
      this.#hasAnswered = true;
      this.#index = index < asked ? 0 : index;
      this.#backOff.reset();
      this.#observer.answered(readEntries(entries));
      return undefined;
    } catch (cause) {
      return { cause };
    }
  }
}
