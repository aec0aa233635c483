/** What memcached takes for a time from now; anything larger is seconds since the epoch. */
const LONGEST_RELATIVE = 30 * 86_400;

/**
 * The expiry of an item in the seconds of memcached. It is never before that of the entry in it, which decides: it is
 * rounded up, and by one second more, because memcached's clock ticks in whole seconds. Both times in milliseconds.
 */
export function expirySeconds(expiresAt: number, now: number): number {
  const relative = Math.ceil((expiresAt - now) / 1_000) + 1;
  return relative <= LONGEST_RELATIVE ? relative : Math.ceil(expiresAt / 1_000) + 1;
}
