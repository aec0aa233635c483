export { CircuitBreaker, type CircuitBreakerOptions } from './core/circuit-breaker.js';
export { systemClock, type Clock, type Timer } from './core/clock.js';
export { crc32 } from './core/crc32.js';
export { EnvolError, isEnvolError, type EnvolErrorCode } from './core/errors.js';
export { Lifecycle, type DrainStepOptions, type LifecyclePhase } from './core/lifecycle.js';
export {
  noMetrics,
  type Counter,
  type Histogram,
  type MetricDefinition,
  type MetricLabels,
  type MetricsSink,
} from './core/metrics.js';
export { nearest } from './core/nearest.js';
export { byteSize, callable, duration, optionsObject, resolveOptions } from './core/options.js';
export type { Random } from './core/random.js';
export { RECLAIMABLES, type Reclaimable, type ReclaimableSource } from './core/reclaimable.js';
export { requestContext, type RequestContextValues } from './core/request-context.js';
export { withTimeout } from './core/timeout.js';
export { parseByteSize, parseDuration, type ByteSize, type Duration } from './core/units.js';
export { decoratedMethods, type DecoratedMethod } from './nest/decorated-methods.js';
export { discoverInstances, type DiscoveredInstance } from './nest/discover-instances.js';
export { LifecycleModule } from './nest/lifecycle.module.js';
export { CLOCK, LIFECYCLE, METRICS_SINK } from './nest/tokens.js';
export { injectIntoSlot, wrapMethod } from './nest/wrap-method.js';
