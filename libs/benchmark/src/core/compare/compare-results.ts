import type { BenchmarkResult } from '../report/report.js';
import { compareSamples, type CompareOptions } from '../statistics/compare-samples.js';
import type { ComparedBenchmark } from './report-comparison.js';

const STATUS = { slower: 'regressed', faster: 'improved', 'no difference': 'same' } as const;

/** Each benchmark of `now` beside that of `base`, and then what is only in `base`. */
export function compareResults(
  base: readonly BenchmarkResult[],
  now: readonly BenchmarkResult[],
  options: CompareOptions,
): readonly ComparedBenchmark[] {
  const before = new Map(base.map((result) => [result.name, result]));
  const after = new Set(now.map(({ name }) => name));
  return [
    ...now.map((result) => compareResult(before.get(result.name), result, options)),
    ...base
      .filter(({ name }) => !after.has(name))
      .map((result) => ({ name: result.name, status: 'removed', ...medians(result) }) as const),
  ];
}

function compareResult(
  base: BenchmarkResult | undefined,
  now: BenchmarkResult,
  options: CompareOptions,
): ComparedBenchmark {
  const known = { name: now.name, ...medians(base, now) };
  if (base === undefined) return { ...known, status: 'added' };
  if (now.outcome !== 'measured') return { ...known, status: 'unmeasured', message: now.message };
  if (base.outcome !== 'measured') {
    return { ...known, status: 'unmeasured', message: `in the base: ${base.message}` };
  }
  const comparison = compareSamples(now.samples, base.samples, options);
  return { ...known, status: STATUS[comparison.verdict], comparison };
}

function medians(base: BenchmarkResult | undefined, now?: BenchmarkResult): Pick<ComparedBenchmark, 'base' | 'now'> {
  return {
    ...(base?.outcome === 'measured' && { base: base.median }),
    ...(now?.outcome === 'measured' && { now: now.median }),
  };
}
