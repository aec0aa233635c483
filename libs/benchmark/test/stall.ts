import { setTimeout as delay } from 'node:timers/promises';

/** What makes a server stall once: the request of a number and all that come in the time after it wait for its end. */
export class Stall {
  readonly #at: number;
  readonly #milliseconds: number;
  #passed = 0;
  #end: Promise<void> = Promise.resolve();

  /**
   * @param at number of the request with which it begins, from 0
   * @param milliseconds how long it lasts
   */
  constructor(at: number, milliseconds: number) {
    this.#at = at;
    this.#milliseconds = milliseconds;
  }

  /** Resolves when a request that has just come may be answered. */
  pass(): Promise<void> {
    if (this.#passed === this.#at) this.#end = delay(this.#milliseconds);
    this.#passed += 1;
    return this.#end;
  }
}
