import { CLOCK, METRICS_SINK, noMetrics, systemClock, type Clock, type MetricsSink } from '@envol/common';
import { Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { resolveCacheOptions, type ResolvedCacheOptions } from '../core/cache-options.js';
import { Cache } from '../core/cache.js';
import { Caches } from '../core/caches.js';
import type { StoreEvent } from '../core/store.js';
import { ConfigurableModuleClass } from './cache.module-definition.js';
import { CACHE_OPTIONS, RAW_CACHE_OPTIONS } from './cache.tokens.js';
import { CachedExplorer } from './cached.explorer.js';

const logger = new Logger('CacheModule');

/**
 * Gives the application its caches: `forRoot(options)` or `forRootAsync({ imports, inject, useFactory })`. Exports
 * {@link Cache} (the default one) and {@link Caches} (all of them, by name). Global unless `isGlobal: false`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    CachedExplorer,
    { provide: CACHE_OPTIONS, useFactory: resolveCacheOptions, inject: [RAW_CACHE_OPTIONS] },
    {
      provide: Caches,
      useFactory: (options: ResolvedCacheOptions, clock?: Clock, metrics?: MetricsSink) =>
        new Caches(options, { clock: clock ?? systemClock, metrics: metrics ?? noMetrics, onEvent: log }),
      inject: [CACHE_OPTIONS, { token: CLOCK, optional: true }, { token: METRICS_SINK, optional: true }],
    },
    { provide: Cache, useFactory: (caches: Caches) => caches.get(), inject: [Caches] },
  ],
  exports: [Cache, Caches],
})
export class CacheModule extends ConfigurableModuleClass implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly caches: Caches,
    private readonly explorer: CachedExplorer,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    this.explorer.validate();
    await this.caches.open();
  }

  /** Not earlier: the requests that the server still finishes read through the caches. */
  async onApplicationShutdown(): Promise<void> {
    await this.caches.close();
  }
}

function log(event: StoreEvent): void {
  if (event.type === 'store-up') return logger.log(`Store "${event.store}" is back`);
  const reason = event.cause instanceof Error ? event.cause.message : 'it does not answer';
  logger.warn(`Store "${event.store}" is down, going on without it: ${reason}`);
}
