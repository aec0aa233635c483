import { CLOCK, systemClock, type Clock } from '@envol/common';
import { Module } from '@nestjs/common';
import { resolvePerformanceOptions, type ResolvedPerformanceOptions } from '../core/performance-options.js';
import { Performance } from '../core/performance.js';
import { ConfigurableModuleClass } from './performance.module-definition.js';
import { PERFORMANCE_OPTIONS, RAW_OPTIONS } from './performance.tokens.js';

/**
 * Gives the application its {@link Performance}: `forRoot(options)` or `forRootAsync({ imports, inject, useFactory })`.
 * Global unless `isGlobal: false`.
 */
@Module({
  providers: [
    { provide: PERFORMANCE_OPTIONS, useFactory: resolvePerformanceOptions, inject: [RAW_OPTIONS] },
    {
      provide: Performance,
      useFactory: (options: ResolvedPerformanceOptions, clock: Clock = systemClock) =>
        new Performance(options, { clock }),
      inject: [PERFORMANCE_OPTIONS, { token: CLOCK, optional: true }],
    },
  ],
  exports: [Performance],
})
export class PerformanceModule extends ConfigurableModuleClass {}
