import { parseDuration } from '@envol/common/core';
import { LATENCY_METRICS } from './latency-histogram.js';

/** What a threshold may judge: latency, share or number of failed and of dropped requests, successes per second. */
const THRESHOLD_METRICS = [...LATENCY_METRICS, 'errors', 'dropped', 'rate'] as const;

export type ThresholdMetric = (typeof THRESHOLD_METRICS)[number];

const COMPARISONS = {
  '<': (actual: number, limit: number) => actual < limit,
  '<=': (actual: number, limit: number) => actual <= limit,
  '>': (actual: number, limit: number) => actual > limit,
  '>=': (actual: number, limit: number) => actual >= limit,
};

/** Milliseconds, a share of 1, a number of requests, or requests per second. */
export type ThresholdUnit = 'ms' | 'share' | 'count' | 'per second';

/** A condition on what a load test came to. */
export interface Threshold {
  /** As it was written. */
  readonly text: string;
  readonly metric: ThresholdMetric;
  readonly comparison: keyof typeof COMPARISONS;
  readonly limit: number;
  readonly unit: ThresholdUnit;
}

/** What became of a {@link Threshold}. */
export interface ThresholdResult {
  /** As it was written. */
  readonly text: string;
  readonly metric: ThresholdMetric;
  readonly unit: ThresholdUnit;
  /** In {@link unit}; absent when there is none, as of the latency when no request succeeded: then it has failed. */
  readonly actual?: number;
  readonly passed: boolean;
}

const FORM = /^([a-z][a-z0-9.]*)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*([^\s\d]+)?$/;

/** Reads a text such as `'p99 < 200ms'`. @returns what is wrong, if it is none */
export function parseThreshold(text: string): Threshold | string {
  const [, name = '', sign = '', number = '', unit = ''] = FORM.exec(text.trim()) ?? [];
  if (name === '') return `${JSON.stringify(text)} is no threshold: expected one such as 'p99 < 200ms'`;
  const metric = THRESHOLD_METRICS.find((known) => known === name);
  if (metric === undefined) return `"${name}" is no metric: known are ${THRESHOLD_METRICS.join(', ')}`;
  const limit = limitOf(metric, number, unit);
  if (typeof limit === 'string') return `${JSON.stringify(text)}: ${limit}`;
  return isComparison(sign) ? { text, metric, comparison: sign, ...limit } : `"${sign}" is no comparison`;
}

/** Holds a threshold against what was measured. */
export function judge(
  { text, metric, unit, comparison, limit }: Threshold,
  actual: number | undefined,
): ThresholdResult {
  if (actual === undefined) return { text, metric, unit, passed: false };
  return { text, metric, unit, actual, passed: COMPARISONS[comparison](actual, limit) };
}

function limitOf(metric: ThresholdMetric, number: string, unit: string): Pick<Threshold, 'limit' | 'unit'> | string {
  switch (metric) {
    case 'rate':
      return unit === '/s'
        ? { limit: Number(number), unit: 'per second' }
        : `rate wants requests per second, as in 'rate >= 450/s'`;
    case 'errors':
    case 'dropped':
      if (unit === '%') return { limit: Number(number) / 100, unit: 'share' };
      return unit === ''
        ? { limit: Number(number), unit: 'count' }
        : `${metric} wants a share or a number, as in '${metric} < 0.1%' or '${metric} < 10'`;
    default: {
      const limit = parseDuration(`${number}${unit}`);
      return limit === undefined
        ? `${metric} wants a time with its unit (ms, s, m), as in '${metric} < 200ms'`
        : { limit, unit: 'ms' };
    }
  }
}

function isComparison(sign: string): sign is keyof typeof COMPARISONS {
  return sign in COMPARISONS;
}
