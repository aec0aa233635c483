import type { Loops } from './fresh-loops.js';
import type { ProcessTimes, Times } from './process-times.js';

/** What a {@link Workload} calls. */
export interface WorkloadParts {
  readonly fn: (input: unknown) => unknown;
  /** At least one; a function without inputs gets `undefined`. */
  readonly inputs: readonly unknown[];
  /** Whether each call is awaited. */
  readonly isAsync: boolean;
  /** That have called no other function. */
  readonly loops: Loops;
  readonly times: ProcessTimes;
}

/** A function that is called in batches. */
export class Workload {
  readonly #parts: WorkloadParts;
  #nextInput = 0;

  constructor(parts: WorkloadParts) {
    this.#parts = parts;
  }

  /**
   * Calls the function `count` times, and says what that took.
   *
   * @throws what the function throws; an error when it returns a promise that should have been awaited
   */
  async run(count: number): Promise<Times> {
    const { fn, inputs, isAsync, loops, times } = this.#parts;
    const at = this.#nextInput;
    const cpu = times.cpu();
    const wall = times.wall();
    this.#nextInput = isAsync ? await loops.asyncLoop(fn, inputs, at, count) : loops.loop(fn, inputs, at, count);
    const taken = { wall: times.wall() - wall, cpu: times.cpu() - cpu };
    if (!isAsync && isThenable(loops.sink.value)) throw new Error(SOMETIMES_ASYNC);
    // What the calls left for later is done before the next batch.
    await new Promise((resolve) => setImmediate(resolve));
    return taken;
  }
}

const SOMETIMES_ASYNC =
  'it returned a promise, and at its first call none; declare it async, so that each call is awaited';

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
