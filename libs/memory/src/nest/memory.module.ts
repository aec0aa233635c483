import { CLOCK, systemClock, type Clock } from '@envol/common';
import { Module } from '@nestjs/common';
import { resolveMemoryOptions, type ResolvedMemoryOptions } from '../core/memory-options.js';
import { Memory } from '../core/memory.js';
import { ConfigurableModuleClass } from './memory.module-definition.js';
import { MEMORY_OPTIONS, RAW_OPTIONS } from './memory.tokens.js';

/**
 * Gives the application its {@link Memory}: `forRoot(options)` or `forRootAsync({ imports, inject, useFactory })`.
 * Global unless `isGlobal: false`.
 */
@Module({
  providers: [
    { provide: MEMORY_OPTIONS, useFactory: resolveMemoryOptions, inject: [RAW_OPTIONS] },
    {
      provide: Memory,
      useFactory: (options: ResolvedMemoryOptions, clock: Clock = systemClock) => new Memory(options, { clock }),
      inject: [MEMORY_OPTIONS, { token: CLOCK, optional: true }],
    },
  ],
  exports: [Memory],
})
export class MemoryModule extends ConfigurableModuleClass {}
