import type { Clock } from './clock.js';

/**
 * Settles like `work`, or rejects with `onTimeout()` after `milliseconds`. The work itself is not stopped: what it
 * does later is ignored, its late rejection too.
 */
export function withTimeout<T>(
  work: Promise<T>,
  milliseconds: number,
  clock: Clock,
  onTimeout: () => Error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(onTimeout()), milliseconds);
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
