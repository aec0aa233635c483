export type { DurationSummary, Outcome } from './core/duration-stats.js';
export { PerformanceMonitor } from './core/performance-monitor.js';
export type { PerformanceModuleOptions } from './core/performance-options.js';
export { PrometheusExporter } from './core/prometheus-exporter.js';
export type { ThresholdOptions } from './core/threshold-options.js';
export type {
  MeasurementOrigin,
  ThresholdBreach,
  ThresholdHandler,
  ThresholdRecoveredHandler,
  ThresholdRecovery,
} from './core/threshold.js';
export { Measure } from './nest/measure.decorator.js';
export { MetricsController } from './nest/metrics.controller.js';
export { PerformanceInterceptor } from './nest/performance.interceptor.js';
export { PerformanceModule } from './nest/performance.module.js';
