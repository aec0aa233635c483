/**
 * What a store keeps under a key. The envelope makes every value a value: `null`, `0`, `''` and `false` too.
 * Times are wall-clock milliseconds since the epoch, so that all processes agree on them.
 */
export interface Entry<T = unknown> {
  readonly value: T;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Milliseconds that `entry` has left; zero or less when it has expired. */
export function remainingTtl(entry: Entry, now: number): number {
  return entry.expiresAt - now;
}
