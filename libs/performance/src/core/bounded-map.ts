/** The label value and the key under which goes what is over a limit. */
export const OVERFLOW = '_overflow';

/**
 * A map that makes its values itself and holds at most `limit` of them. What comes later shares one more value, which
 * is made when it is first asked for; so memory is bounded whatever the keys are.
 */
export class BoundedMap<T> {
  readonly #values = new Map<string, T>();
  readonly #limit: number;
  readonly #onOverflow: () => void;
  #overflow: { readonly value: T } | undefined;
  #isFull = false;

  /** @param onOverflow called once, when a key finds no room */
  constructor(limit: number, onOverflow: () => void = () => undefined) {
    this.#limit = limit;
    this.#onOverflow = onOverflow;
  }

  /** The value of `key`, made with `create` if there is room for it. */
  find(key: string, create: () => T): T | undefined {
    const found = this.#values.get(key);
    if (found !== undefined) return found;
    if (this.#values.size < this.#limit) {
      const created = create();
      this.#values.set(key, created);
      return created;
    }
    if (!this.#isFull) {
      this.#isFull = true;
      this.#onOverflow();
    }
    return undefined;
  }

  /** The value that all share who find no room. */
  overflow(create: () => T): T {
    this.#overflow ??= { value: create() };
    return this.#overflow.value;
  }

  /** All values, the shared one last. */
  *values(): Iterable<T> {
    yield* this.#values.values();
    if (this.#overflow !== undefined) yield this.#overflow.value;
  }

  clear(): void {
    this.#values.clear();
    this.#overflow = undefined;
  }
}
