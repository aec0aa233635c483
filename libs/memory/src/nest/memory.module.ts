import { EventEmitter } from 'node:events';
import { CLOCK, METRICS_SINK, noMetrics, systemClock, type Clock, type MetricsSink } from '@envol/common';
import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { acquireGc, GarbageCollector } from '../core/garbage-collector.js';
import { observeCollections } from '../core/gc-events.js';
import { LoadShedder } from '../core/load-shedder.js';
import { MemoryMonitor } from '../core/memory-monitor.js';
import type { MemoryEvent } from '../core/memory-report.js';
import { resolveMemoryOptions, type ResolvedMemoryOptions } from '../core/memory-options.js';
import { SystemMemory } from '../core/process-memory.js';
import { shedRequests } from '../core/shed-requests.js';
import { logMemoryEvent } from './memory-log.js';
import { MemoryGuard } from './memory.guard.js';
import { ConfigurableModuleClass } from './memory.module-definition.js';
import { MEMORY_OPTIONS, RAW_OPTIONS } from './memory.tokens.js';
import { PressureHandlersExplorer } from './pressure-handlers.explorer.js';
import { ReclaimablesExplorer } from './reclaimables.explorer.js';

/**
 * Watches the memory of the application: `forRoot(options)` or `forRootAsync({ imports, inject, useFactory })`. Exports
 * {@link MemoryMonitor}, {@link MemoryGuard} and {@link LoadShedder}. Global unless `isGlobal: false`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    MemoryGuard,
    PressureHandlersExplorer,
    ReclaimablesExplorer,
    { provide: MEMORY_OPTIONS, useFactory: resolveMemoryOptions, inject: [RAW_OPTIONS] },
    {
      provide: MemoryMonitor,
      useFactory: createMonitor,
      inject: [MEMORY_OPTIONS, { token: CLOCK, optional: true }, { token: METRICS_SINK, optional: true }],
    },
    {
      provide: LoadShedder,
      useFactory: createShedder,
      inject: [MEMORY_OPTIONS, MemoryMonitor, ApplicationConfig, { token: METRICS_SINK, optional: true }],
    },
  ],
  exports: [MemoryMonitor, MemoryGuard, LoadShedder],
})
export class MemoryModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  constructor(
    private readonly monitor: MemoryMonitor,
    private readonly shedder: LoadShedder,
    private readonly handlers: PressureHandlersExplorer,
    private readonly reclaimables: ReclaimablesExplorer,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(MEMORY_OPTIONS) private readonly options: ResolvedMemoryOptions,
  ) {
    super();
  }

  onModuleInit(): void {
    this.handlers.subscribe();
    const { enabled, server } = this.options.shed;
    const httpServer: unknown = this.adapterHost.httpAdapter?.getHttpServer();
    if (enabled && server && httpServer instanceof EventEmitter) shedRequests(httpServer, this.shedder);
  }

  /** Not earlier: caches may be built while modules start. */
  onApplicationBootstrap(): void {
    this.reclaimables.register();
    this.monitor.start();
  }

  /** Not earlier: the requests that the server still finishes need memory too. */
  onApplicationShutdown(): void {
    this.monitor.stop();
  }
}

function createShedder(
  { shed }: ResolvedMemoryOptions,
  monitor: MemoryMonitor,
  application: ApplicationConfig,
  metrics: MetricsSink = noMetrics,
): LoadShedder {
  return new LoadShedder(shed, monitor, metrics, () => application.getGlobalPrefix());
}

function createMonitor(
  options: ResolvedMemoryOptions,
  clock: Clock = systemClock,
  metrics: MetricsSink = noMetrics,
): MemoryMonitor {
  const onEvent = (event: MemoryEvent): void => logMemoryEvent(event, options.shed.enabled);
  const gc = options.gc.enabled ? acquireGc() : undefined;
  if (options.gc.enabled && gc === undefined) {
    const message = 'Garbage cannot be collected on demand in this process; start Node with --expose-gc to allow it';
    onEvent({ type: 'warning', message });
  }
  return new MemoryMonitor(options, {
    clock,
    metrics,
    memory: new SystemMemory(clock),
    collector: new GarbageCollector(gc, options.gc.minInterval, clock),
    collections: observeCollections,
    onEvent,
  });
}
