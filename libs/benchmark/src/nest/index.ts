export { Benchmark, type BenchmarkMethodOptions } from './benchmark.decorator.js';
export { BenchmarkModule } from './benchmark.module.js';
export { BENCHMARK_OPTIONS } from './benchmark.tokens.js';
export { nestBenchmarks } from './nest-benchmarks.js';
