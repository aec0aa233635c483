import type { Random } from '@envol/common/core';
import type { Comparison, Interval, Verdict } from '../report/report.js';
import { bootstrapRatio } from './bootstrap.js';
import { mannWhitney } from './mann-whitney.js';
import { median } from './quantile.js';

/** When {@link compareSamples} takes a difference for real. */
export interface CompareOptions {
  /** The smallest difference of interest, as a share: 0.05 is 5 %. */
  readonly threshold: number;
  /** The Mann-Whitney test's p has to be below this. Default 0.01. */
  readonly alpha?: number;
  /** Draws the bootstrap. */
  readonly random: Random;
}

/**
 * Compares times, one sample for each fork. It is `slower` or `faster` only when both agree: the Mann-Whitney test
 * gives p < `alpha`, and the whole 95 % interval of the ratio of medians lies beyond `threshold` (above 1.05, or below
 * 1/1.05). With fewer than five samples a side no difference reaches p < 0.01.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_SAMPLES`
 */
export function compareSamples(
  samples: readonly number[],
  baseline: readonly number[],
  { threshold, alpha = 0.01, random }: CompareOptions,
): Comparison {
  const { p } = mannWhitney(samples, baseline);
  const interval = bootstrapRatio(samples, baseline, { random });
  const verdict = p < alpha ? verdictOf(interval, 1 + threshold) : 'no difference';
  return { verdict, ratio: median(samples) / median(baseline), interval, p };
}

function verdictOf([low, high]: Interval, factor: number): Verdict {
  if (low > factor) return 'slower';
  return high < 1 / factor ? 'faster' : 'no difference';
}
