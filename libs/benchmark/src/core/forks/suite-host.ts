import type { BenchmarkRunOptions, ResolvedBenchmarkOptions, ResolvedSuiteOptions } from '../benchmark-options.js';
import type { BenchmarkReport } from '../report/report.js';
import type { ForkSubject } from './fork-subject.js';

/** A benchmark as it was added to its suite. */
export interface BenchmarkDefinition extends ResolvedBenchmarkOptions {
  readonly name: string;
  readonly fn: (input: unknown) => unknown;
}

/** A `BenchmarkSuite`, maybe of another installed copy of this package. */
export interface Suite {
  readonly name: string;
  /** URL of the module that makes the suite. */
  readonly file: string;
  /** Checked, with defaults. */
  readonly options: ResolvedSuiteOptions;
  /** What was added, in order. */
  readonly benchmarks: readonly BenchmarkDefinition[];
  /** Name of the benchmark that the others are compared with. */
  readonly baseline: string;
  /** What `runForks` takes: each benchmark, by its name. */
  subjects(): readonly ForkSubject[];
  run(options?: BenchmarkRunOptions): Promise<BenchmarkReport>;
}

/**
 * Takes the suites of a module that is imported to get at them, as in a fork. As long as a process has a host, `run()`
 * starts no forks: it does what the host wants.
 */
export interface SuiteHost {
  /** A suite was made; it has no benchmarks yet. */
  added(suite: Suite): void;
  /** Someone runs the suite. When this resolves, `run()` gives a report without results. */
  run(suite: Suite): Promise<void>;
}

/** Copies of this package meet here. The number is that of the interfaces above: other versions of them do not meet. */
const HOST = Symbol.for('envol:benchmark:host:1');

/** The host of this process, if it has one. */
export function currentHost(): SuiteHost | undefined {
  const host: unknown = Reflect.get(globalThis, HOST);
  return isHost(host) ? host : undefined;
}

/** Makes `host` that of this process, or none. */
export function setHost(host: SuiteHost | undefined): void {
  Reflect.set(globalThis, HOST, host);
}

function isHost(value: unknown): value is SuiteHost {
  return typeof value === 'object' && value !== null && 'added' in value && 'run' in value;
}
