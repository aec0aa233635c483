import type { Noise } from '../report/report.js';

/**
 * How far the noise of a run reaches, in whichever direction it reaches further: 1.03 when the baseline came to lie up
 * to 3 % from itself. `undefined` when it is not known.
 */
export function noiseFactor(noise: Noise | undefined): number | undefined {
  if (noise === undefined) return undefined;
  const [low, high] = noise.comparison.interval;
  return Math.max(high, 1 / low);
}
