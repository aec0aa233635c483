import type { BenchmarkResult } from '../report/report.js';
import { median } from '../statistics/quantile.js';
import { summarise } from '../statistics/summary.js';
import type { ForkFailure, ForkMeasurement, ForkOutcome } from './fork-subject.js';

/** The gravest first: what one fork came to is what the benchmark came to. */
const FAILURES = ['failed', 'timed-out', 'too-fast'] as const;

/**
 * What the forks of one benchmark come to. It has figures only when every fork has: a benchmark that fails at times, or
 * cannot always be told from an empty loop, has none that one could rely on.
 */
export function resultOf(name: string, outcomes: readonly ForkOutcome[]): BenchmarkResult {
  const failures = outcomes.filter(isFailure);
  for (const outcome of FAILURES) {
    const alike = failures.filter(({ type }) => type === outcome);
    const [first] = alike;
    if (first !== undefined) return { name, outcome, message: failureMessage(first, alike.length, outcomes.length) };
  }
  const measured = outcomes.filter(isMeasurement);
  if (measured.length === 0) return { name, outcome: 'failed', message: 'no fork was run' };
  return measuredResult(name, measured);
}

function measuredResult(name: string, forks: readonly ForkMeasurement[]): BenchmarkResult {
  const samples = forks.map(({ wall }) => wall);
  const summary = summarise(samples);
  const heaps = forks.flatMap(({ heap }) => heap ?? []);
  return {
    name,
    outcome: 'measured',
    samples,
    ...summary,
    opsPerSecond: 1e9 / summary.median,
    cpu: median(forks.map(({ cpu }) => cpu)),
    ...(heaps.length * 2 > forks.length && { heap: median(heaps) }),
    warnings: mergeWarnings(forks),
  };
}

/** Each warning once, with the share of forks that gave it. */
function mergeWarnings(forks: readonly ForkMeasurement[]): string[] {
  const counts = new Map<string, number>();
  for (const warning of forks.flatMap(({ warnings }) => warnings)) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  return [...counts].map(([warning, count]) => warning + shareOf(count, forks.length));
}

function failureMessage({ message }: ForkFailure, count: number, total: number): string {
  return message + shareOf(count, total);
}

function shareOf(count: number, total: number): string {
  return count === total ? '' : ` (${count} of ${total} forks)`;
}

function isFailure(outcome: ForkOutcome): outcome is ForkFailure {
  return outcome.type !== 'measured';
}

function isMeasurement(outcome: ForkOutcome): outcome is ForkMeasurement {
  return outcome.type === 'measured';
}
