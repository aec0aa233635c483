/** Injection token of the {@link MetricsSink}; optional everywhere, default `noMetrics`. */
export const METRICS_SINK = Symbol.for('envol:metrics-sink');

/** Injection token of the {@link Clock}; optional everywhere, default `systemClock`. */
export const CLOCK = Symbol.for('envol:clock');

/** Injection token of the {@link Lifecycle}; optional everywhere. `LifecycleModule` provides it. */
export const LIFECYCLE = Symbol.for('envol:lifecycle');
