export type { Arrivals } from './arrival-times.js';
export {
  clientProxyTarget,
  type AnswerStream,
  type ClientProxyTargetOptions,
  type SendingClient,
} from './client-proxy-target.js';
export type { ErrorCount } from './error-counts.js';
export {
  httpTarget,
  type HttpRequestOptions,
  type HttpRequestVariation,
  type HttpTargetOptions,
} from './http-target.js';
export type { LatencyMetric, LatencySummary } from './latency-histogram.js';
export {
  progressLine,
  progressWriter,
  type LoadPhase,
  type LoadProgress,
  type ProgressStream,
} from './load-progress.js';
export type { LatencyBasis, LoadReport, RequestCounts } from './load-report.js';
export { loadReportToMarkdown } from './load-report-to-markdown.js';
export {
  closedLoop,
  openLoop,
  type ClosedLoop,
  type ClosedLoopOptions,
  type ConnectionsStage,
  type OpenLoop,
  type OpenLoopOptions,
  type RateStage,
} from './load-shape.js';
export type { LoadClient, LoadFunction, LoadTarget } from './load-target.js';
export { loadTest, type LoadTest } from './load-test.js';
export type { LoadRunOptions, LoadTestOptions } from './load-test-options.js';
export type { Ramp, Stage } from './stages.js';
export type { ThresholdMetric, ThresholdResult, ThresholdUnit } from './thresholds.js';
export type { IntervalSummary } from './interval-figures.js';
export type { SeriesPoint, TimeSeries } from './time-series.js';
