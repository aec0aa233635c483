import type { Random } from '@envol/common/core';
import type { BenchmarkReport } from '../report/report.js';
import { compareResults } from './compare-results.js';
import type { ComparedBenchmark, ReportComparison, ReportOrigin } from './report-comparison.js';

/** What a comparison is made of. */
export interface ComparisonParts {
  readonly base: BenchmarkReport;
  readonly now: BenchmarkReport;
  /** Commit of the base, when it is a revision. */
  readonly commit?: string;
  readonly threshold: number;
  /** By what factor the same code may come out as different, at least 1; `undefined` when that is not known. */
  readonly noise: number | undefined;
  /** Whatever else makes it uncertain, a sentence each. */
  readonly warnings: readonly string[];
  /** Whether there is something in the way of any judgement, which the warnings tell. */
  readonly isComparable: boolean;
  readonly random: Random;
}

/** Judges beyond the threshold, or beyond the noise where that is larger; and nothing where the noise is not known. */
export function createComparison(parts: ComparisonParts): ReportComparison {
  const { base, now, commit, threshold, noise = 1, warnings, random } = parts;
  const tolerance = Math.max(threshold, noise - 1);
  const compared = compareResults(base.results, now.results, { threshold: tolerance, random });
  const isJudged = parts.isComparable && parts.noise !== undefined;
  const benchmarks = isJudged ? compared : compared.map(unjudged);
  return {
    suite: now.suite,
    base: { ...originOf(base), ...(commit !== undefined && { commit }) },
    now: originOf(now),
    tolerance,
    benchmarks,
    warnings: [...warnings, ...noiseWarning(parts.noise, threshold)],
    hasRegressed: benchmarks.some(({ status }) => status === 'regressed'),
  };
}

function unjudged(benchmark: ComparedBenchmark): ComparedBenchmark {
  return benchmark.comparison === undefined ? benchmark : { ...benchmark, status: 'incomparable' };
}

function originOf({ createdAt, machine }: BenchmarkReport): ReportOrigin {
  return { createdAt, machine };
}

function noiseWarning(noise: number | undefined, threshold: number): readonly string[] {
  if (noise === undefined)
    return ['The noise is not known, since a baseline could not be measured twice: nothing is judged.'];
  if (noise - 1 <= threshold) return [];
  return [`The machine was restless: differences below ${Math.ceil((noise - 1) * 100)} % cannot be told from noise.`];
}
