export { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js';
export { systemClock, type Clock, type Timer } from './clock.js';
export { crc32 } from './crc32.js';
export { EnvolError, isEnvolError, type EnvolErrorCode } from './errors.js';
export type { KetamaNode } from './ketama-points.js';
export { ketamaNodeName, KetamaRing } from './ketama-ring.js';
export { Lifecycle, type DrainStepOptions, type LifecyclePhase } from './lifecycle.js';
export {
  noMetrics,
  type Counter,
  type Histogram,
  type MetricDefinition,
  type MetricLabels,
  type MetricsSink,
} from './metrics.js';
export { nearest } from './nearest.js';
export { byteSize, callable, duration, optionsObject, resolveOptions } from './options.js';
export type { Random } from './random.js';
export { RECLAIMABLES, type Reclaimable, type ReclaimableSource } from './reclaimable.js';
export { requestContext, type RequestContextValues } from './request-context.js';
export { withTimeout } from './timeout.js';
export { parseByteSize, parseDuration, type ByteSize, type Duration } from './units.js';
