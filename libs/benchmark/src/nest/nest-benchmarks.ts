import { EnvolError } from '@envol/common';
import { ModulesContainer, NestFactory, type IEntryNestModule } from '@nestjs/core';
import type { BenchmarkSuiteOptions } from '../core/benchmark-options.js';
import type { BenchmarkSuite } from '../core/suite.js';
import { BENCHMARK_OPTIONS } from './benchmark.tokens.js';
import { BenchmarkedMethod, QUIET } from './benchmarked-method.js';
import { findBenchmarks } from './find-benchmarks.js';

/**
 * A suite of all `@Benchmark` methods of a Nest application. Each fork creates an application context of the module
 * (without a log), measures `instance.method(...input)` on the instance that Nest made, and closes the context.
 *
 * Which methods there are is read in Nest's preview mode: nothing is instantiated, connected or started for it. So it
 * goes by classes; an instance made by `useFactory` cannot be found.
 *
 * ```ts
 * export default await nestBenchmarks(import.meta.url, async () => (await import('./app.module.js')).AppModule);
 * ```
 *
 * @param moduleUrl `import.meta.url` of the file that exports the suite; forks import it
 * @param loadModule gives the module of the application
 * @param options of the suite; each is taken over the one of `BenchmarkModule.forRoot`
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_DECORATOR`, `ENVOL_BENCHMARK_INVALID_OPTIONS`,
 * `ENVOL_BENCHMARK_NO_BENCHMARKS`, and what the module throws
 */
export async function nestBenchmarks(
  moduleUrl: string,
  loadModule: () => IEntryNestModule | Promise<IEntryNestModule>,
  options: BenchmarkSuiteOptions = {},
): Promise<BenchmarkSuite> {
  // Only here: an application that just imports the decorator need not load what measures.
  const { BenchmarkSuite: Suite } = await import('../core/suite.js');
  const entry = await loadModule();
  const app = await NestFactory.createApplicationContext(entry, { ...QUIET, preview: true });
  const modules = app.get(ModulesContainer);
  const benchmarks = findBenchmarks(modules);
  if (benchmarks.length === 0) throw noBenchmarks(moduleUrl);
  const suite = new Suite(moduleUrl, { ...optionsOfModule(modules), ...options });
  for (const { name, metadata } of benchmarks) {
    const method = new BenchmarkedMethod(entry, name, metadata);
    suite.addBenchmark(name, (input: readonly unknown[]) => method.call(input), {
      setup: () => method.open(),
      teardown: () => method.close(),
      inputs: metadata.inputs ?? [[]],
      baseline: metadata.baseline,
    });
  }
  return suite;
}

/** Not by injection: in preview mode only values are there. */
function optionsOfModule(modules: ModulesContainer): BenchmarkSuiteOptions {
  const found = [...modules.values()].find(({ providers }) => providers.has(BENCHMARK_OPTIONS));
  const options: BenchmarkSuiteOptions | undefined = found?.getProviderByKey(BENCHMARK_OPTIONS).instance;
  return options ?? {};
}

function noBenchmarks(moduleUrl: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_NO_BENCHMARKS',
    `${moduleUrl}: no provider or controller of the application has a method with @Benchmark()`,
    'Put @Benchmark() on a method of a class that the module provides (not with useFactory).',
  );
}
