import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request in hand, wherever the code runs that serves it. */
export interface RequestContextValues {
  /** Names the request in every log line, also in other processes. */
  readonly requestId?: string;
  /** When the answer is of no use any more, in wall-clock milliseconds since the epoch. */
  readonly deadline?: number;
}

const KEY = Symbol.for('envol:request-context');
const NOTHING: RequestContextValues = Object.freeze({});

/** One storage per process, also when this package is installed twice. */
const storage = sharedStorage();

function sharedStorage(): AsyncLocalStorage<RequestContextValues> {
  const existing: unknown = Reflect.get(globalThis, KEY);
  if (existing instanceof AsyncLocalStorage) return existing;
  const created = new AsyncLocalStorage<RequestContextValues>();
  Reflect.set(globalThis, KEY, created);
  return created;
}

/** The context that a request carries through promises, timers and callbacks (AsyncLocalStorage). */
export const requestContext = {
  /** The values of the request in hand; empty outside of one. */
  current(): RequestContextValues {
    return storage.getStore() ?? NOTHING;
  },

  /** Runs `fn` with `values` added to those already there. */
  run<T>(values: RequestContextValues, fn: () => T): T {
    return storage.run({ ...requestContext.current(), ...values }, fn);
  },

  /**
   * Runs `fn` for work that several requests share: it keeps the request id, for the logs, and loses what must
   * not pass from one request to another, such as the deadline.
   */
  detached<T>(fn: () => T): T {
    const { requestId } = requestContext.current();
    return storage.run(requestId === undefined ? NOTHING : { requestId }, fn);
  },
};
