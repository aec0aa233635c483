import { requestContext, type Clock, type Timer } from '@envol/common';
import type { OnPerformanceEvent } from './performance-events.js';
import type { ResolvedThreshold } from './threshold-options.js';

/** Where a measurement comes from, as far as it is known. */
export interface MeasurementOrigin {
  /** Method and route template of an HTTP request (`GET /cities/:id`), or the pattern of a message. */
  readonly route?: string;
  readonly requestId?: string;
}

/** A metric went over its threshold. Times in seconds. */
export interface ThresholdBreach extends MeasurementOrigin {
  readonly metric: string;
  /** The latest measurement over the threshold. */
  readonly value: number;
  readonly threshold: number;
  /** Measurements over the threshold since it began; those of the first window are counted. */
  readonly breaches: number;
}

/** A metric is back under its threshold: a window has passed with too few breaches. Or it has that threshold no longer. */
export interface ThresholdRecovery {
  readonly metric: string;
  readonly threshold: number;
  /** Measurements that were over the threshold meanwhile. */
  readonly breaches: number;
}

/** Acts on a breach. What it throws or rejects with is logged. */
export type ThresholdHandler = (breach: ThresholdBreach) => unknown;

/** Hears that a breach is over of which the {@link ThresholdHandler} was told, once for each. */
export type ThresholdRecoveredHandler = (recovery: ThresholdRecovery) => unknown;

/** What a {@link Threshold} needs from its surroundings. */
export interface ThresholdParts {
  readonly clock: Clock;
  readonly onEvent: OnPerformanceEvent;
}

/**
 * Watches the measurements of one metric. It is over when as many as `breaches` of them exceeded the threshold within
 * `window`, and recovered when that is not so any more.
 *
 * The cooldown changes nothing about that, only when it is told: a breach that begins in a cooldown is reported at the
 * end of it, if it still lasts. One that is over by then is never reported, nor is its recovery.
 */
export class Threshold {
  readonly #metric: string;
  readonly #options: ResolvedThreshold;
  readonly #clock: Clock;
  readonly #onEvent: OnPerformanceEvent;
  /** When the latest breaches were, in a ring: the next one to overwrite is the oldest. */
  readonly #times: Float64Array;
  #next = 0;
  #lastReport = -Infinity;
  #breaches = 0;
  #isBreached = false;
  /** Whether the handler knows of the breach that there is. */
  #isReported = false;
  #isStopped = false;
  /** The latest measurement of the breach, for a report that comes later. */
  #latest: Omit<ThresholdBreach, 'breaches'> | undefined;
  #timer: Timer | undefined;

  constructor(metric: string, options: ResolvedThreshold, { clock, onEvent }: ThresholdParts) {
    this.#metric = metric;
    this.#options = options;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#times = new Float64Array(options.breaches).fill(-Infinity);
  }

  /** Whether the metric is over its threshold now. */
  get isBreached(): boolean {
    return this.#isBreached;
  }

  /** Takes note of a measurement, in seconds; tells whether it exceeds the threshold. */
  observe(value: number, origin: MeasurementOrigin): boolean {
    if (value <= this.#options.seconds) return false;
    if (this.#isStopped) return true;
    const now = this.#clock.monotonic();
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
    if (this.#isBreached) this.#breaches += 1;
    if (this.#untilFewer(now) <= 0) return true;
    const latest = this.#describe(value, origin);
    this.#latest = latest;
    if (!this.#isBreached) this.#begin(now);
    if (this.#cooldownLeft(now) <= 0) this.#report(latest, now);
    return true;
  }

  /** For the end of life: no handler is called any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#isBreached = false;
    this.#isStopped = true;
  }

  /** Stops for good; who was told of a breach is told that it is over, so that what a handler switched on does not stay so. */
  withdraw(): void {
    const isReported = this.#isBreached && this.#isReported;
    this.stop();
    const { recovered } = this.#options;
    if (isReported && recovered !== undefined) this.#call(() => recovered(this.#recovery()));
  }

  /** Milliseconds until there are fewer than `breaches` in the window; at most 0 if there are now. */
  #untilFewer(now: number): number {
    return (this.#times[this.#next] ?? -Infinity) + this.#options.window - now;
  }

  #cooldownLeft(now: number): number {
    return this.#lastReport + this.#options.cooldown - now;
  }

  #begin(now: number): void {
    this.#isBreached = true;
    this.#isReported = false;
    this.#breaches = this.#options.breaches;
    this.#checkLater(now);
  }

  /** When it may have recovered, and at the end of a cooldown that holds back the report. */
  #checkLater(now: number): void {
    const cooldown = this.#isReported ? 0 : this.#cooldownLeft(now);
    const untilFewer = this.#untilFewer(now);
    const delay = cooldown > 0 ? Math.min(cooldown, untilFewer) : untilFewer;
    this.#timer = this.#clock.setTimeout(() => this.#check(), delay);
  }

  #check(): void {
    const now = this.#clock.monotonic();
    if (this.#untilFewer(now) <= 0) return this.#recover();
    // First, since the handler may take the threshold away.
    this.#checkLater(now);
    const isDue = !this.#isReported && this.#cooldownLeft(now) <= 0;
    if (isDue && this.#latest !== undefined) this.#report(this.#latest, now);
  }

  #report(latest: Omit<ThresholdBreach, 'breaches'>, now: number): void {
    this.#lastReport = now;
    this.#isReported = true;
    const breach = { ...latest, breaches: this.#breaches };
    const { handler } = this.#options;
    if (handler === undefined) this.#onEvent({ type: 'threshold-breached', breach });
    else this.#call(() => handler(breach));
  }

  #recover(): void {
    this.#isBreached = false;
    if (!this.#isReported) return;
    const { handler, recovered } = this.#options;
    if (recovered !== undefined) this.#call(() => recovered(this.#recovery()));
    else if (handler === undefined) this.#onEvent({ type: 'threshold-recovered', recovery: this.#recovery() });
  }

  #describe(value: number, { route, requestId = requestContext.current().requestId }: MeasurementOrigin) {
    return {
      metric: this.#metric,
      value,
      threshold: this.#options.seconds,
      ...(route !== undefined && { route }),
      ...(requestId !== undefined && { requestId }),
    };
  }

  #recovery(): ThresholdRecovery {
    return { metric: this.#metric, threshold: this.#options.seconds, breaches: this.#breaches };
  }

  /** A handler is the application's: its failure must not become one of the work that was measured, nor its deadline apply. */
  #call(handler: () => unknown): void {
    const failed = (cause: unknown) => this.#onEvent({ type: 'threshold-handler-failed', metric: this.#metric, cause });
    requestContext.detached(() => {
      try {
        Promise.resolve(handler()).catch(failed);
      } catch (cause) {
        failed(cause);
      }
    });
  }
}
