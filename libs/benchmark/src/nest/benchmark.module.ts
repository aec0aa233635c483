import { Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { resolveSuiteOptions, type BenchmarkSuiteOptions } from '../core/benchmark-options.js';
import { BENCHMARK_OPTIONS } from './benchmark.tokens.js';
import { findBenchmarks } from './find-benchmarks.js';

/**
 * Optional. Holds how the application's `@Benchmark` methods are measured, and checks when it starts that each of them
 * can be, so that its tests say so and not the next benchmark run.
 */
@Module({})
export class BenchmarkModule implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  /**
   * There is no `forRootAsync`: the options are read without starting the application.
   *
   * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
   */
  static forRoot(options: BenchmarkSuiteOptions = {}): DynamicModule {
    resolveSuiteOptions(options);
    return { module: BenchmarkModule, providers: [{ provide: BENCHMARK_OPTIONS, useValue: options }] };
  }

  /** @throws EnvolError `ENVOL_BENCHMARK_INVALID_DECORATOR` that names class and method */
  onModuleInit(): void {
    findBenchmarks(this.modules);
  }
}
