/** Work under way for a key. */
export interface Flight<T> {
  readonly value: Promise<T>;
  /** Settles when what comes after the value is done too; rejects when that failed. */
  readonly done: Promise<void>;
}

/**
 * Lets the same work under the same key run once at a time; everyone gets its value or its error. (The name is Go's:
 * golang.org/x/sync/singleflight.)
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T> & { isVoid: boolean }>();

  /** The flight under way for `key`, if there is one. */
  underWay(key: string): Flight<T> | undefined {
    return this.#flights.get(key);
  }

  /**
   * Starts `work` for `key`. It stays under way until `after` is done too, so that who asks in between still gets its
   * value. `after` can ask whether the flight was made void meanwhile.
   */
  start(key: string, work: () => Promise<T>, after: (value: T, isVoid: () => boolean) => Promise<void>): Flight<T> {
    const value = work();
    const done: Promise<void> = value.then((result) => after(result, () => flight.isVoid));
    const flight = { value, done, isVoid: false };
    this.#flights.set(key, flight);
    const end = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    done.then(end, end);
    return flight;
  }

  /** Says that `key` was written or deleted: who comes now starts anew, and what the flight brings is not to be kept. */
  makeVoid(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    flight.isVoid = true;
    this.#flights.delete(key);
  }
}
