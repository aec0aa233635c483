import type { Clock } from '@envol/common';

/** Resolves after as many milliseconds; at once when there are none left. */
export function wait(clock: Clock, duration: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, Math.max(0, duration)));
}
