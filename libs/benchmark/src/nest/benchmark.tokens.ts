/** The options of `BenchmarkModule` (`BenchmarkSuiteOptions`). */
export const BENCHMARK_OPTIONS = Symbol.for('envol:benchmark:options');
