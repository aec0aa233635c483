import type { Random } from '../core/random.js';

/** Random numbers that are the same for the same `seed` (Marsaglia's xorshift32, scaled to [0, 1)). */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
