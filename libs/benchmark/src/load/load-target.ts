/**
 * Sends one request. What it rejects with, or throws, makes it a failed one; what it resolves with does not matter.
 *
 * @param index number of the request, from 0
 * @param signal aborts when nobody waits for the answer any more
 */
export type LoadFunction = (index: number, signal: AbortSignal) => unknown;

/** What requests are sent with, for the time of one run. */
export interface LoadClient {
  /**
   * Sends one request and resolves when the whole answer is there.
   *
   * @param onSent to be called when the request goes out only later than the call, as when it waited for a connection
   */
  send(index: number, signal: AbortSignal, onSent: () => void): Promise<void>;
  /** Ends everything under way. */
  close?(): Promise<void>;
}

/** What is put under load. */
export interface LoadTarget {
  /** For the report: no secrets. */
  readonly name: string;
  /** Called once for each run. */
  open(): LoadClient;
}

/** A target out of a function. */
export function targetOf(target: LoadTarget | LoadFunction): LoadTarget {
  if (typeof target !== 'function') return target;
  const send = async (index: number, signal: AbortSignal): Promise<void> => {
    await target(index, signal);
  };
  return { name: target.name === '' ? 'function' : target.name, open: () => ({ send }) };
}
