import { callable, optionsObject, resolveOptions, type Random } from '@envol/common/core';
import { z } from 'zod';
import type { BenchmarkReport, Machine } from '../report/report.js';
import { seededRandom } from '../seeded-random.js';
import { createComparison } from './create-comparison.js';
import { noiseFactor } from './noise-factor.js';
import type { ComparedBenchmark, ReportComparison } from './report-comparison.js';

/** Options of {@link compareReports}. */
export interface CompareReportsOptions {
  /** The smallest difference of interest, as a share. 0 to 10, default 0.05. */
  readonly threshold?: number;
  /** Draws the bootstrap. Default: the same numbers each time, so that the same reports give the same verdicts. */
  readonly random?: Random;
}

const schema = optionsObject({
  threshold: z.number().min(0).max(10).default(0.05),
  random: callable<Random>().optional(),
});

/**
 * Compares a run with one that was saved. A benchmark has `regressed` or `improved` only when its forks differ with
 * p < 0.01 (Mann-Whitney) and the whole 95 % interval of the ratio lies beyond the tolerance. That is the threshold, or
 * the noise where it is larger: each run's noise, up to the far end of its interval, multiplied with that of the other.
 * So a restless machine accuses nobody.
 *
 * Reports of other machines (processor, cores, platform), and reports without noise, are not judged: `incomparable`.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export function compareReports(
  base: BenchmarkReport,
  now: BenchmarkReport,
  options: CompareReportsOptions = {},
): ReportComparison {
  const owner = { lib: 'benchmark', what: 'compareReports()' };
  const { threshold, random = seededRandom(1) } = resolveOptions(owner, schema, options);
  const noises = [noiseFactor(base.noise), noiseFactor(now.noise)] as const;
  const isSameMachine = fingerprint(base.machine) === fingerprint(now.machine);
  const comparison = createComparison({
    base,
    now,
    threshold,
    noise: noises[0] === undefined || noises[1] === undefined ? undefined : noises[0] * noises[1],
    warnings: isSameMachine ? nodeWarning(base.machine, now.machine) : [machineWarning(base.machine, now.machine)],
    isComparable: isSameMachine,
    random,
  });
  return { ...comparison, warnings: [...comparison.warnings, ...shiftWarning(comparison.benchmarks)] };
}

function fingerprint({ cpu, cores, platform }: Machine): string {
  return `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${platform}`;
}

function machineWarning(base: Machine, now: Machine): string {
  return `The base was made on another machine (${fingerprint(base)}) than this run (${fingerprint(now)}): nothing is judged.`;
}

function nodeWarning(base: Machine, now: Machine): readonly string[] {
  if (base.node === now.node) return [];
  return [`The base was made with Node ${base.node}, this run with ${now.node}: a difference may be Node's.`];
}

/** What changed for all alike may be the machine: it can be in another state than it was then for a whole run. */
function shiftWarning(benchmarks: readonly ComparedBenchmark[]): readonly string[] {
  const compared = benchmarks.filter(({ comparison }) => comparison !== undefined);
  const status = compared[0]?.status;
  const isShift = compared.length > 1 && compared.every((benchmark) => benchmark.status === status);
  if (!isShift || (status !== 'regressed' && status !== 'improved')) return [];
  return [
    `All benchmarks ${status}, so it may be the machine. Comparing with a git revision tells: it measures both in one run.`,
  ];
}
