import { seededRandom } from '@envol/common/testing';
import type { BenchmarkReport, BenchmarkResult, MeasuredBenchmark } from '../src/core/report/report.js';
import { compareSamples } from '../src/core/statistics/compare-samples.js';
import { summarise } from '../src/core/statistics/summary.js';

/** Ten forks that came close to `time` nanoseconds: from 1 % below to 0.8 % above, the same each time. */
export function samplesNear(time: number): number[] {
  return Array.from({ length: 10 }, (_, index) => time * (1 + (((index * 7) % 10) - 5) / 500));
}

/** A benchmark with figures. */
export function measured(name: string, samples: readonly number[], more: Partial<MeasuredBenchmark> = {}) {
  const summary = summarise(samples);
  return {
    name,
    outcome: 'measured',
    samples,
    ...summary,
    opsPerSecond: 1e9 / summary.median,
    cpu: summary.median * 1.1,
    warnings: [],
    ...more,
  } as const;
}

/** A report whose first benchmark is the baseline; it came to the same when it ran again, unless `again` says otherwise. */
export function reportOf(
  results: readonly BenchmarkResult[],
  { again, ...more }: Partial<BenchmarkReport> & { readonly again?: readonly number[] } = {},
): BenchmarkReport {
  const [first] = results;
  const compare = (samples: readonly number[], baseline: readonly number[]) =>
    compareSamples(samples, baseline, { threshold: 0.05, random: seededRandom(1) });
  const base = first?.outcome === 'measured' ? first.samples : undefined;
  const compared = results.map((result, index) =>
    result.outcome === 'measured' && index > 0 && base !== undefined
      ? { ...result, comparison: compare(result.samples, base) }
      : result,
  );
  const samples = again ?? base;
  return {
    version: 1,
    suite: 'cache',
    createdAt: '2030-01-02T03:04:05.678Z',
    machine: { cpu: 'Quick CPU', cores: 2, memory: 8 * 1024 ** 3, platform: 'linux x64', node: 'v22.13.0' },
    forks: 10,
    baseline: first?.name ?? '',
    ...(base !== undefined &&
      samples !== undefined && { noise: { name: first?.name ?? '', comparison: compare(samples, base), samples } }),
    results: compared,
    ...more,
  };
}
