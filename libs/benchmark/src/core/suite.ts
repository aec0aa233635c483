import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  invalidBenchmark,
  invalidModule,
  noBenchmarks,
  severalBaselines,
  unknownBaseline,
} from './benchmark-errors.js';
import {
  isName,
  resolveBenchmarkOptions,
  resolveRunOptions,
  resolveSuiteOptions,
  type BenchmarkOptions,
  type BenchmarkRunOptions,
  type BenchmarkSuiteOptions,
  type ResolvedSuiteOptions,
} from './benchmark-options.js';
import { createReport } from './create-report.js';
import type { ForkSubject } from './forks/fork-subject.js';
import { resultOf } from './forks/result-of.js';
import { runForks } from './forks/run-forks.js';
import { currentHost, type BenchmarkDefinition, type Suite } from './forks/suite-host.js';
import type { BenchmarkReport } from './report/report.js';
import { seededRandom } from './seeded-random.js';

/**
 * Benchmarks that are compared with each other. Each is measured in processes of its own, which import the module of the
 * suite again; there, only the benchmark that is asked for is called.
 */
export class BenchmarkSuite implements Suite {
  readonly name: string;
  /** URL of the module that makes the suite. */
  readonly file: string;
  /** Checked, with defaults. */
  readonly options: ResolvedSuiteOptions;
  readonly #benchmarks = new Map<string, BenchmarkDefinition>();

  /**
   * @param moduleUrl `import.meta.url` of the module that makes the suite
   * @throws EnvolError `ENVOL_BENCHMARK_INVALID_MODULE`, `ENVOL_BENCHMARK_INVALID_OPTIONS`
   */
  constructor(moduleUrl: string, options?: BenchmarkSuiteOptions) {
    this.file = fileUrl(moduleUrl);
    this.options = resolveSuiteOptions(options);
    this.name = this.options.name ?? nameOf(this.file);
    currentHost()?.added(this);
  }

  /** What was added, in order. */
  get benchmarks(): readonly BenchmarkDefinition[] {
    return [...this.#benchmarks.values()];
  }

  /**
   * Name of the benchmark that the others are compared with.
   *
   * @throws EnvolError `ENVOL_BENCHMARK_NO_BENCHMARKS`, `ENVOL_BENCHMARK_UNKNOWN_BASELINE`, `ENVOL_BENCHMARK_SEVERAL_BASELINES`
   */
  get baseline(): string {
    const [first] = this.benchmarks;
    if (first === undefined) throw noBenchmarks(this.name);
    const marked = this.benchmarks.filter(({ baseline }) => baseline).map(({ name }) => name);
    const [chosen = first.name, ...others] = new Set([...marked, ...[this.options.baseline ?? []].flat()]);
    if (others.length > 0) throw severalBaselines(this.name, [chosen, ...others]);
    if (!this.#benchmarks.has(chosen)) throw unknownBaseline(this.name, chosen, [...this.#benchmarks.keys()]);
    return chosen;
  }

  /**
   * Adds a function to measure. When its first call returns a promise, each call is awaited.
   *
   * @throws EnvolError `ENVOL_BENCHMARK_INVALID_BENCHMARK`, `ENVOL_BENCHMARK_INVALID_OPTIONS`
   */
  addBenchmark(name: string, fn: () => unknown, options?: BenchmarkOptions): this;
  addBenchmark<I>(
    name: string,
    fn: (input: I) => unknown,
    options: BenchmarkOptions<I> & { readonly inputs: readonly I[] },
  ): this;
  addBenchmark(name: string, fn: (input: unknown) => unknown, options?: object): this {
    if (!isName(name)) throw invalidBenchmark(this.name, `${JSON.stringify(name)} is no name`);
    if (typeof fn !== 'function') throw invalidBenchmark(this.name, `"${name}" has no function`);
    if (this.#benchmarks.has(name)) throw invalidBenchmark(this.name, `there is a benchmark "${name}" already`);
    this.#benchmarks.set(name, { name, fn, ...resolveBenchmarkOptions(name, options) });
    return this;
  }

  /** What {@link runForks} takes: each benchmark, by its name. */
  subjects(): readonly ForkSubject[] {
    return this.benchmarks.map(({ name }) => this.#subject(name, name));
  }

  /**
   * Measures every benchmark, and the baseline a second time, in interleaved forks. A benchmark that fails, hangs or is
   * too fast is a result, not an error.
   *
   * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`, and those of {@link baseline}
   */
  async run(options?: BenchmarkRunOptions): Promise<BenchmarkReport> {
    const run = resolveRunOptions(this.options, options);
    const { forks, threshold, seed } = run;
    const { baseline } = this;
    const random = seededRandom(seed);
    const host = currentHost();
    const report = { suite: this.name, createdAt: new Date(), forks, baseline, threshold, random };
    if (host !== undefined) {
      await host.run(this);
      return createReport({ ...report, results: [] });
    }
    // No benchmark has such a name.
    const again = this.#subject(`${baseline}\n`, baseline);
    const subjects = this.subjects();
    const outcomes = await runForks([...subjects, again], run);
    const result = ({ id, benchmark }: ForkSubject) => resultOf(benchmark, outcomes.get(id) ?? []);
    return createReport({ ...report, results: subjects.map(result), again: result(again) });
  }

  #subject(id: string, benchmark: string): ForkSubject {
    return { id, file: this.file, suite: this.name, benchmark };
  }
}

function fileUrl(given: unknown): string {
  if (typeof given === 'string' && URL.canParse(given) && new URL(given).protocol === 'file:') return given;
  throw invalidModule(given);
}

function nameOf(file: string): string {
  const name = basename(fileURLToPath(file));
  return name.replace(/(\.bench(mark)?)?\.[cm]?[jt]sx?$/, '');
}
