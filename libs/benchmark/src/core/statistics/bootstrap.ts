import type { Random } from '@envol/common/core';
import type { Interval } from '../report/report.js';
import { quantile } from './quantile.js';
import { checkSamples } from './samples.js';

/** How {@link bootstrapRatio} draws. */
export interface BootstrapOptions {
  readonly random: Random;
  /** How often both sides are drawn anew. Default 5,000. */
  readonly resamples?: number;
}

/**
 * The 95 % interval of median(a) / median(b): the percentile bootstrap (Efron, "Bootstrap Methods: Another Look at the
 * Jackknife", 1979). Both sides are drawn anew from their own samples, with replacement.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_SAMPLES`
 */
export function bootstrapRatio(
  a: readonly number[],
  b: readonly number[],
  { random, resamples = 5_000 }: BootstrapOptions,
): Interval {
  checkSamples(a);
  checkSamples(b);
  const medianOfA = medianOfDraws(a, random);
  const medianOfB = medianOfDraws(b, random);
  const ratios = Float64Array.from({ length: resamples }, () => medianOfA() / medianOfB()).toSorted();
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

function medianOfDraws(samples: readonly number[], random: Random): () => number {
  const sorted = Float64Array.from(samples).toSorted();
  const size = sorted.length;
  const ranks = new Uint32Array(size);
  const nth = (position: number): number => sorted[ranks[position] ?? 0] ?? NaN;
  const [lower, upper] = [Math.floor((size - 1) / 2), Math.floor(size / 2)];
  return () => {
    // An integer array keeps the whole part.
    for (let draw = 0; draw < size; draw += 1) ranks[draw] = random() * size;
    ranks.sort();
    return nth(lower) + (nth(upper) - nth(lower)) / 2;
  };
}
