interface Flight<T> {
  readonly value: Promise<T>;
  isVoid: boolean;
}

/**
 * Lets the same work under the same key run once at a time; everyone gets its value or its error. (The name is Go's:
 * golang.org/x/sync/singleflight.)
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** The value of the flight under way for `key`, if there is one. */
  underWay(key: string): Promise<T> | undefined {
    return this.#flights.get(key)?.value;
  }

  /**
   * Starts `work` for `key`. It stays under way until `after` is done too, so that who asks in between still gets its
   * value. `after` can ask whether the flight was made void meanwhile.
   */
  start(key: string, work: () => Promise<T>, after: (value: T, isVoid: () => boolean) => Promise<void>): Promise<T> {
    const flight = { value: work(), isVoid: false };
    this.#flights.set(key, flight);
    void flight.value
      .then((value) => after(value, () => flight.isVoid))
      .catch(() => undefined)
      .finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      });
    return flight.value;
  }

  /** Says that `key` was written or deleted: who comes now starts anew, and what the flight brings is not to be kept. */
  makeVoid(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    flight.isVoid = true;
    this.#flights.delete(key);
  }
}
