import { callable, duration, optionsObject, resolveOptions, type Duration } from '@envol/common/core';
import { z } from 'zod';
import type { ForkProgress } from './forks/run-rounds.js';

/** How each benchmark of a suite is measured; in the suite's options, and in those of one run. */
export interface MeasurementOptions {
  /** Forks of each benchmark; each gives one sample. With fewer than 5 there is no verdict. 1 to 1,000, default 10. */
  readonly forks?: number;
  /** The smallest difference that is called one, as a share: 0.05 is 5 %. 0 to 10, default 0.05. */
  readonly threshold?: number;
  /** A fork that takes longer is ended, and its benchmark is `timed-out`. Default `'30s'`. */
  readonly timeLimit?: Duration;
  /** Longest warm-up in a fork; it ends sooner when the times are stable. Default `'200ms'`. */
  readonly warmUp?: Duration;
  /** Least time of a batch of calls that is timed as one. Default `'2ms'`. */
  readonly sampleTime?: Duration;
  /** Batches in a fork, of which the median is taken; fewer when they take long. 1 to 10,000, default 100. */
  readonly samples?: number;
  /** Of the random order of the forks and of the bootstrap. Default 1. */
  readonly seed?: number;
}

/** Options of a `BenchmarkSuite`. */
export interface BenchmarkSuiteOptions extends MeasurementOptions {
  /** Default: the name of the file, without `.bench` and extension. */
  readonly name?: string;
  /** Name of the benchmark that the others are compared with. Default: the first that was added. */
  readonly baseline?: string;
}

/** {@link MeasurementOptions} checked and complete; times in milliseconds. */
export interface ResolvedMeasurementOptions {
  readonly forks: number;
  readonly threshold: number;
  readonly timeLimit: number;
  readonly warmUp: number;
  readonly sampleTime: number;
  readonly samples: number;
  readonly seed: number;
}

/** Options of one benchmark. `I` is what its function gets. */
export interface BenchmarkOptions<I = undefined> {
  /** Called once in each fork, before anything is measured; may be asynchronous. */
  readonly setup?: () => unknown;
  /** Called once in each fork, after everything was measured, or when that failed; may be asynchronous. */
  readonly teardown?: () => unknown;
  /** What the function is called with, in turn. Default: called with nothing. */
  readonly inputs?: readonly I[];
  /** Whether the others are compared with this one. Default `false`. */
  readonly baseline?: boolean;
}

/** {@link BenchmarkOptions} checked. */
export interface ResolvedBenchmarkOptions {
  readonly setup?: (() => unknown) | undefined;
  readonly teardown?: (() => unknown) | undefined;
  readonly inputs?: readonly unknown[] | undefined;
  readonly baseline: boolean;
}

/** Options of one run of a suite; of those that the suite has too, these are taken. */
export interface BenchmarkRunOptions extends MeasurementOptions {
  readonly onProgress?: (progress: ForkProgress) => void;
  /** Ends the run: it rejects with the signal's reason when the fork under way has been killed. */
  readonly signal?: AbortSignal;
}

/** {@link BenchmarkRunOptions} checked and complete. */
export interface ResolvedRunOptions extends ResolvedMeasurementOptions {
  readonly onProgress?: ((progress: ForkProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const measurement = {
  forks: z.int().min(1).max(1_000).default(10),
  threshold: z.number().min(0).max(10).default(0.05),
  timeLimit: duration(1).default(30_000),
  warmUp: duration(0).default(200),
  sampleTime: duration(0.01).default(2),
  samples: z.int().min(1).max(10_000).default(100),
  seed: z.int().default(1),
};
const name = z.string().refine(isName, 'expected 1 to 200 characters in one line');

const suiteSchema = optionsObject({ ...measurement, name: name.optional(), baseline: name.optional() });

const runSchema = optionsObject({
  ...measurement,
  onProgress: callable<(progress: ForkProgress) => void>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

const benchmarkSchema = optionsObject({
  setup: callable<() => unknown>().optional(),
  teardown: callable<() => unknown>().optional(),
  inputs: z
    .custom<readonly unknown[]>(
      (value) => Array.isArray(value) && value.length > 0,
      'expected a list that is not empty',
    )
    .optional(),
  baseline: z.boolean().default(false),
});

/** What a suite's options come to; its name and baseline are as given. */
export interface ResolvedSuiteOptions extends ResolvedMeasurementOptions {
  readonly name?: string | undefined;
  readonly baseline?: string | undefined;
}

/** Whether suites and benchmarks may be called that. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}{1,200}$/u.test(value);
}

/** @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` */
export function resolveSuiteOptions(raw: BenchmarkSuiteOptions = {}): ResolvedSuiteOptions {
  return resolveOptions({ lib: 'benchmark', what: 'BenchmarkSuite options' }, suiteSchema, raw);
}

/**
 * The options of a run over those of its suite.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export function resolveRunOptions(
  { name: _name, baseline: _baseline, ...ofSuite }: ResolvedSuiteOptions,
  raw: BenchmarkRunOptions = {},
): ResolvedRunOptions {
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
  return resolveOptions({ lib: 'benchmark', what: 'run()' }, runSchema, { ...ofSuite, ...given });
}

/** @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` that names the benchmark */
export function resolveBenchmarkOptions(benchmark: string, raw: object = {}): ResolvedBenchmarkOptions {
  return resolveOptions({ lib: 'benchmark', what: `Options of benchmark "${benchmark}"` }, benchmarkSchema, raw);
}
