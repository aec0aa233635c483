import { changeBetween, isEmptyChange, type InstancesChange } from './instances-change.js';
import type { ServiceInstance } from './instance.js';

/** What an {@link InstanceWatch} watches. */
export interface Watchable {
  readonly isKnown: boolean;
  readonly isClosed: boolean;
  readonly current: readonly ServiceInstance[];
  /** What `listener` returns may be a promise: its rejection is contained. */
  subscribe(listener: () => unknown): () => void;
}

/**
 * The changes of a list, one after another. It keeps no queue: each step compares the list as it is with the one handed
 * out before, so a consumer that is slow gets several changes as one, and costs no memory.
 */
export class InstanceWatch implements AsyncIterableIterator<InstancesChange, undefined> {
  readonly #source: Watchable;
  readonly #select: (instances: readonly ServiceInstance[]) => readonly ServiceInstance[];
  readonly #signal: AbortSignal | undefined;
  readonly #unsubscribe: () => void;
  readonly #onAbort = (): void => this.end();
  /** What was handed out last; `undefined` before the first time. */
  #seen: readonly ServiceInstance[] | undefined;
  #isEnded = false;
  #wake: () => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    source: Watchable,
    select: (instances: readonly ServiceInstance[]) => readonly ServiceInstance[],
    signal?: AbortSignal,
  ) {
    this.#source = source;
    this.#select = select;
    this.#signal = signal;
    this.#unsubscribe = source.subscribe(() => this.#wake());
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted === true) this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next change; the first one has the whole list as `added`. Calls at the same time are answered in their order. */
  next(): Promise<IteratorResult<InstancesChange, undefined>> {
    const step = this.#last.then(() => this.#step());
    this.#last = step;
    return step;
  }

  async return(): Promise<IteratorResult<InstancesChange, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  /** Ends it: who waits for a change gets the end. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#unsubscribe();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#wake();
  }

  async #step(): Promise<IteratorResult<InstancesChange, undefined>> {
    for (;;) {
      if (this.#source.isClosed) this.end();
      if (this.#isEnded) return { done: true, value: undefined };
      const value = this.#take();
      if (value !== undefined) return { done: false, value };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(): InstancesChange | undefined {
    if (!this.#source.isKnown) return undefined;
    const instances = this.#select(this.#source.current);
    const change = changeBetween(this.#seen ?? [], instances);
    if (this.#seen !== undefined && isEmptyChange(change)) return undefined;
    this.#seen = instances;
    return change;
  }
}
