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
  /** The measurement that made it so. */
  readonly value: number;
  readonly threshold: number;
  /** Measurements over the threshold since it began; those of the first window are counted. */
  readonly breaches: number;
}

/** A metric is back under its threshold: a window has passed with too few breaches. */
export interface ThresholdRecovery {
  readonly metric: string;
  readonly threshold: number;
  /** Measurements that were over the threshold meanwhile. */
  readonly breaches: number;
}

/** Acts on a breach. What it throws or rejects with is logged. */
export type ThresholdHandler = (breach: ThresholdBreach) => unknown;

/** Hears that a breach is over. */
export type ThresholdRecoveredHandler = (recovery: ThresholdRecovery) => unknown;

/** What a {@link Threshold} needs from its surroundings. */
export interface ThresholdParts {
  readonly clock: Clock;
  readonly onEvent: OnPerformanceEvent;
}

/**
 * Watches the measurements of one metric. It is over when as many as `breaches` of them exceeded the threshold within
 * `window`, and recovered when that is not so any more; a cooldown keeps it from saying the same over and over.
 */
export class Threshold {
  readonly #metric: string;
  readonly #options: ResolvedThreshold;
  readonly #clock: Clock;
  readonly #onEvent: OnPerformanceEvent;
  /** When the latest breaches were, in a ring: the next one to overwrite is the oldest. */
  readonly #times: Float64Array;
  #next = 0;
  #lastCall = -Infinity;
  #breaches = 0;
  #isBreached = false;
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
    const now = this.#clock.monotonic();
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
    if (this.#isBreached) this.#breaches += 1;
    if (this.#untilFewer(now) > 0 && now - this.#lastCall >= this.#options.cooldown) this.#fire(value, now, origin);
    return true;
  }

  /** For the end of life: no handler is called any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#isBreached = false;
    this.#lastCall = Infinity;
  }

  /** Milliseconds until there are fewer than `breaches` in the window; at most 0 if there are now. */
  #untilFewer(now: number): number {
    return (this.#times[this.#next] ?? -Infinity) + this.#options.window - now;
  }

  #fire(value: number, now: number, origin: MeasurementOrigin): void {
    this.#lastCall = now;
    if (!this.#isBreached) {
      this.#isBreached = true;
      this.#breaches = this.#options.breaches;
      this.#recoverLater(this.#untilFewer(now));
    }
    const { handler, seconds } = this.#options;
    const requestId = origin.requestId ?? requestContext.current().requestId;
    const breach: ThresholdBreach = {
      metric: this.#metric,
      value,
      threshold: seconds,
      breaches: this.#breaches,
      ...(origin.route !== undefined && { route: origin.route }),
      ...(requestId !== undefined && { requestId }),
    };
    if (handler === undefined) this.#onEvent({ type: 'threshold-breached', breach });
    else this.#call(() => handler(breach));
  }

  #recoverLater(milliseconds: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      const remaining = this.#untilFewer(this.#clock.monotonic());
      if (remaining > 0) this.#recoverLater(remaining);
      else this.#recover();
    }, milliseconds);
  }

  #recover(): void {
    const recovery = { metric: this.#metric, threshold: this.#options.seconds, breaches: this.#breaches };
    this.#isBreached = false;
    const { handler, recovered } = this.#options;
    if (recovered !== undefined) this.#call(() => recovered(recovery));
    else if (handler === undefined) this.#onEvent({ type: 'threshold-recovered', recovery });
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
