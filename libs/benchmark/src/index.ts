export { compareReports, type CompareReportsOptions } from './core/compare/compare-reports.js';
export { comparisonToMarkdown } from './core/compare/comparison-markdown.js';
export type { RevisionRun } from './core/compare/measure-against.js';
export type {
  BenchmarkStatus,
  ComparedBenchmark,
  ReportComparison,
  ReportOrigin,
} from './core/compare/report-comparison.js';
export type { RevisionOptions, RevisionStep, RunAgainstOptions } from './core/compare/run-against-options.js';
export { runAgainst } from './core/compare/run-against.js';
export { toMarkdown } from './core/report/markdown.js';
export { parseReport } from './core/report/parse-report.js';
export { ReportStore } from './core/report/report-store.js';
export type {
  BenchmarkReport,
  BenchmarkResult,
  Comparison,
  Interval,
  Machine,
  MeasuredBenchmark,
  Noise,
  UnmeasuredBenchmark,
  Verdict,
} from './core/report/report.js';
export { toSvg } from './core/report/svg/svg.js';
export { bootstrapRatio, type BootstrapOptions } from './core/statistics/bootstrap.js';
export { compareSamples, type CompareOptions } from './core/statistics/compare-samples.js';
export { mannWhitney, type MannWhitneyResult } from './core/statistics/mann-whitney.js';
export { median, quantile } from './core/statistics/quantile.js';
export { summarise, type Summary } from './core/statistics/summary.js';
export type {
  BenchmarkOptions,
  BenchmarkRunOptions,
  BenchmarkSuiteOptions,
  MeasurementOptions,
  ResolvedMeasurementOptions,
  ResolvedSuiteOptions,
} from './core/benchmark-options.js';
export { createReport, type ReportParts } from './core/create-report.js';
export type { ForkFailure, ForkMeasurement, ForkOutcome, ForkSubject } from './core/forks/fork-subject.js';
export { loadSuites } from './core/forks/load-suites.js';
export { resultOf } from './core/forks/result-of.js';
export { runForks, type ForkOptions } from './core/forks/run-forks.js';
export type { ForkProgress } from './core/forks/run-rounds.js';
export type { BenchmarkDefinition, Suite } from './core/forks/suite-host.js';
export { seededRandom } from './core/seeded-random.js';
export { BenchmarkSuite } from './core/suite.js';
