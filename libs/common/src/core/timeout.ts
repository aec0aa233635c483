import type { Clock } from './clock.js';

/**
 * Settles like `work`, or rejects with `onTimeout()` after `milliseconds` (never, if that is not finite). The work
 * itself is not stopped: what it does later is ignored, its late rejection too.
 *
 * When the time is up, what the process has received by then is looked at first: a process that stood still must not
 * take an answer that waits in its socket for one that never came.
 */
export function withTimeout<T>(
  work: Promise<T>,
  milliseconds: number,
  clock: Clock,
  onTimeout: () => Error,
): Promise<T> {
  if (!Number.isFinite(milliseconds)) return work;
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => setImmediate(() => reject(onTimeout())), milliseconds);
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
