import { CLOCK, METRICS_SINK, systemClock, type Clock } from '@envol/common';
import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { HttpTiming } from '../core/http-timing.js';
import { MetricRegistry } from '../core/metric-registry.js';
import { PerformanceMonitor } from '../core/performance-monitor.js';
import { resolvePerformanceOptions, type ResolvedPerformanceOptions } from '../core/performance-options.js';
import { ProcessMetrics } from '../core/process-metrics.js';
import { PrometheusExporter } from '../core/prometheus-exporter.js';
import { RpcTiming } from '../core/rpc-timing.js';
import { MeasureExplorer } from './measure.explorer.js';
import { PerformanceInterceptor } from './performance.interceptor.js';
import { logEvent } from './performance.log.js';
import { ConfigurableModuleClass } from './performance.module-definition.js';
import { PERFORMANCE_OPTIONS, RAW_PERFORMANCE_OPTIONS } from './performance.tokens.js';

/** The clock, in the place where each part wants it. */
const PERFORMANCE_CLOCK = Symbol.for('envol:performance:clock');

/**
 * Measures the application and exports it to Prometheus: `forRoot(options)` or `forRootAsync({ imports, inject,
 * useFactory })`. Exports {@link PerformanceMonitor}, {@link PrometheusExporter} and the `METRICS_SINK` that every
 * other module of Envol sends its metrics to. Global unless `isGlobal: false`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    MeasureExplorer,
    PerformanceInterceptor,
    { provide: PERFORMANCE_OPTIONS, useFactory: resolvePerformanceOptions, inject: [RAW_PERFORMANCE_OPTIONS] },
    {
      provide: PERFORMANCE_CLOCK,
      useFactory: (clock: Clock = systemClock) => clock,
      inject: [{ token: CLOCK, optional: true }],
    },
    {
      provide: MetricRegistry,
      useFactory: (options: ResolvedPerformanceOptions) => new MetricRegistry(options, logEvent),
      inject: [PERFORMANCE_OPTIONS],
    },
    { provide: METRICS_SINK, useExisting: MetricRegistry },
    {
      provide: PerformanceMonitor,
      useFactory: (metrics: MetricRegistry, clock: Clock, { maxSeries }: ResolvedPerformanceOptions) =>
        new PerformanceMonitor({ metrics, clock, maxSeries, onEvent: logEvent }),
      inject: [MetricRegistry, PERFORMANCE_CLOCK, PERFORMANCE_OPTIONS],
    },
    {
      provide: PrometheusExporter,
      useFactory: (
        { registry }: MetricRegistry,
        clock: Clock,
        { cacheFor, collectTimeout }: ResolvedPerformanceOptions,
      ) => new PrometheusExporter({ registry, clock, cacheFor, collectTimeout, onEvent: logEvent }),
      inject: [MetricRegistry, PERFORMANCE_CLOCK, PERFORMANCE_OPTIONS],
    },
    {
      provide: HttpTiming,
      useFactory: (metrics: MetricRegistry, monitor: PerformanceMonitor, clock: Clock) =>
        new HttpTiming({ metrics, monitor, clock }),
      inject: [MetricRegistry, PerformanceMonitor, PERFORMANCE_CLOCK],
    },
    {
      provide: RpcTiming,
      useFactory: (metrics: MetricRegistry, monitor: PerformanceMonitor, clock: Clock) =>
        new RpcTiming({ metrics, monitor, clock }),
      inject: [MetricRegistry, PerformanceMonitor, PERFORMANCE_CLOCK],
    },
  ],
  exports: [METRICS_SINK, PerformanceMonitor, PrometheusExporter, PerformanceInterceptor, HttpTiming, RpcTiming],
})
export class PerformanceModule extends ConfigurableModuleClass implements OnModuleInit, OnApplicationShutdown {
  #processMetrics: ProcessMetrics | undefined;

  constructor(
    @Inject(PERFORMANCE_OPTIONS) private readonly options: ResolvedPerformanceOptions,
    private readonly metrics: MetricRegistry,
    private readonly monitor: PerformanceMonitor,
    private readonly http: HttpTiming,
    private readonly explorer: MeasureExplorer,
    private readonly adapters: HttpAdapterHost,
  ) {
    super();
  }

  onModuleInit(): void {
    this.explorer.validate();
    if (this.options.process) {
      // The delay of the event loop is one of real time, whatever clock the application has.
      this.#processMetrics = new ProcessMetrics(this.metrics, systemClock);
      this.#processMetrics.start();
    }
    const server: unknown = this.adapters.httpAdapter?.getHttpServer();
    if (this.options.http && typeof server === 'object' && server !== null) this.http.start(server);
  }

  /** Not earlier: the requests that the server still finishes are measured. */
  onApplicationShutdown(): void {
    this.http.stop();
    this.#processMetrics?.stop();
    this.monitor.stop();
  }
}
