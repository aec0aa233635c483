import { EnvolError, nearest } from '@envol/common/core';

export function invalidModule(given: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_MODULE',
    `A suite was made with ${typeof given === 'string' ? JSON.stringify(given.slice(0, 200)) : typeof given}, which is not the URL of a file`,
    'Give it the module that it is in, which forks import again: new BenchmarkSuite(import.meta.url).',
  );
}

export function invalidBenchmark(suite: string, problem: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_BENCHMARK',
    `Suite "${suite}": ${problem}`,
    'addBenchmark() takes a name of 1 to 200 characters in one line, which no other benchmark of the suite has, and a function.',
  );
}

export function noBenchmarks(suite: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_NO_BENCHMARKS',
    `Suite "${suite}" has no benchmarks`,
    'Add one before you run it: suite.addBenchmark(name, fn).',
  );
}

export function unknownBaseline(suite: string, baseline: string, known: readonly string[]): EnvolError {
  const guess = nearest(baseline, known);
  return new EnvolError(
    'ENVOL_BENCHMARK_UNKNOWN_BASELINE',
    `Suite "${suite}" has no benchmark "${baseline}" that could be its baseline`,
    guess === undefined ? `Its benchmarks are ${known.join(', ')}.` : `Did you mean "${guess}"?`,
  );
}

export function severalBaselines(suite: string, names: readonly string[]): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_SEVERAL_BASELINES',
    `Suite "${suite}" has several baselines: ${names.join(', ')}`,
    'Name one, either in the options of the suite or with `baseline: true` at the benchmark.',
  );
}

export function loadFailed(file: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_LOAD_FAILED',
    `${file} cannot be imported: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Run it with node to see where it fails. TypeScript needs a loader: node --import tsx.',
    { cause },
  );
}

export function noSuite(file: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_NO_SUITE',
    `${file} makes no BenchmarkSuite`,
    'A benchmark file makes one when it is imported: export default new BenchmarkSuite(import.meta.url).addBenchmark(...).',
  );
}
