/** Who waits for a slot; without `enter` when it has left. */
interface Waiting {
  enter: (() => void) | undefined;
  next: Waiting | undefined;
}

/** A fixed number of slots that are taken and given back; who finds none waits in line, until its signal aborts. */
export class Slots {
  #free: number;
  // A list: to take the first of a Set or an array takes the longer, the more have gone before it.
  #first: Waiting | undefined;
  #last: Waiting | undefined;

  constructor(count: number) {
    this.#free = count;
  }

  /** @throws the reason of `signal` when it aborts first */
  take(signal: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.enter = undefined;
        reject(signal.reason);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiting: Waiting = { enter, next: undefined };
      this.#append(waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Gives one back, to whoever has waited longest. */
  give(): void {
    while (this.#first !== undefined) {
      const { enter, next } = this.#first;
      this.#first = next;
      if (enter !== undefined) return enter();
    }
    this.#free += 1;
  }

  #append(waiting: Waiting): void {
    if (this.#first === undefined || this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
  }
}
