import { callable, duration, EnvolError, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import type { ThresholdHandler, ThresholdRecoveredHandler } from './threshold.js';

/** What happens when a metric is over its threshold, and when that is said. */
export interface ThresholdOptions {
  /** Called when it is over, and again after each cooldown as long as that goes on. Default: a warning in the log. */
  readonly handler?: ThresholdHandler;
  /** Called when it is not any more, or when the threshold is replaced or removed: once for each breach that `handler` was told of. Default: a line in the log; nothing, when there is a `handler`. */
  readonly recovered?: ThresholdRecoveredHandler;
  /** So many measurements over the threshold within `window` make it over. 1 to 10,000. Default 3. */
  readonly breaches?: number;
  /** Default `'1m'`. */
  readonly window?: Duration;
  /** The least time between two calls of `handler`; a breach that begins and ends within it is not told. Default `'5m'`. */
  readonly cooldown?: Duration;
}

/** {@link ThresholdOptions} checked and complete; `seconds` is the threshold, other times in milliseconds. */
export interface ResolvedThreshold {
  readonly seconds: number;
  readonly handler?: ThresholdHandler | undefined;
  readonly recovered?: ThresholdRecoveredHandler | undefined;
  readonly breaches: number;
  readonly window: number;
  readonly cooldown: number;
}

const thresholdSchema = optionsObject({
  handler: callable<ThresholdHandler>().optional(),
  recovered: callable<ThresholdRecoveredHandler>().optional(),
  breaches: z.int().min(1).max(10_000).default(3),
  window: duration().default(60_000),
  cooldown: duration(0).default(300_000),
});

/** @throws EnvolError `ENVOL_PERFORMANCE_INVALID_OPTIONS` that names the metric */
export function resolveThreshold(
  metric: string,
  seconds: number,
  action: ThresholdHandler | ThresholdOptions = {},
): ResolvedThreshold {
  if (metric === '' || !(seconds > 0 && seconds < Infinity)) {
    throw new EnvolError(
      'ENVOL_PERFORMANCE_INVALID_OPTIONS',
      `Threshold of "${metric}": expected the name of a metric and seconds over 0, got ${seconds}`,
      'For example setThreshold("http GET /cities/:id", 0.5).',
    );
  }
  const options = typeof action === 'function' ? { handler: action } : action;
  return {
    seconds,
    ...resolveOptions({ lib: 'performance', what: `Threshold of "${metric}"` }, thresholdSchema, options),
  };
}
