import { CLOCK, systemClock, type Clock } from '@envol/common';
import { Module } from '@nestjs/common';
import { resolveDiscoveryOptions, type ResolvedDiscoveryOptions } from '../core/discovery-options.js';
import { Discovery } from '../core/discovery.js';
import { ConfigurableModuleClass } from './discovery.module-definition.js';
import { DISCOVERY_OPTIONS, RAW_OPTIONS } from './discovery.tokens.js';

/**
 * Gives the application its {@link Discovery}: `forRoot(options)` or `forRootAsync({ imports, inject, useFactory })`.
 * Global unless `isGlobal: false`.
 */
@Module({
  providers: [
    { provide: DISCOVERY_OPTIONS, useFactory: resolveDiscoveryOptions, inject: [RAW_OPTIONS] },
    {
      provide: Discovery,
      useFactory: (options: ResolvedDiscoveryOptions, clock: Clock = systemClock) => new Discovery(options, { clock }),
      inject: [DISCOVERY_OPTIONS, { token: CLOCK, optional: true }],
    },
  ],
  exports: [Discovery],
})
export class DiscoveryModule extends ConfigurableModuleClass {}
