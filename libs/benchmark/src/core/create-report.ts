import type { Random } from '@envol/common/core';
import { thisMachine } from './machine.js';
import type { BenchmarkReport, BenchmarkResult, MeasuredBenchmark, Noise } from './report/report.js';
import { compareSamples, type CompareOptions } from './statistics/compare-samples.js';

/** What a report is made of. */
export interface ReportParts {
  readonly suite: string;
  readonly createdAt: Date;
  readonly forks: number;
  /** Name of the benchmark that the others are compared with. */
  readonly baseline: string;
  readonly results: readonly BenchmarkResult[];
  /** The baseline once more, from forks of its own: the noise. */
  readonly again?: BenchmarkResult | undefined;
  readonly threshold: number;
  readonly random: Random;
}

/** Compares the results with the baseline, and the baseline with itself. */
export function createReport(parts: ReportParts): BenchmarkReport {
  const { suite, createdAt, forks, baseline, results, again, threshold, random } = parts;
  const base = results.find(({ name }) => name === baseline);
  const measured = base?.outcome === 'measured' ? base : undefined;
  const noise = noiseOf(measured, again, { threshold, random });
  return {
    version: 1,
    suite,
    createdAt: createdAt.toISOString(),
    machine: thisMachine(),
    forks,
    baseline,
    ...(noise !== undefined && { noise }),
    results: results.map((result) => compared(result, measured, { threshold, random })),
  };
}

function compared(result: BenchmarkResult, base: MeasuredBenchmark | undefined, options: CompareOptions) {
  if (base === undefined || result.outcome !== 'measured' || result === base) return result;
  return { ...result, comparison: compareSamples(result.samples, base.samples, options) };
}

function noiseOf(
  base: MeasuredBenchmark | undefined,
  again: BenchmarkResult | undefined,
  options: CompareOptions,
): Noise | undefined {
  if (base === undefined || again?.outcome !== 'measured') return undefined;
  return { name: base.name, comparison: compareSamples(again.samples, base.samples, options), samples: again.samples };
}
