import { Logger } from '@nestjs/common';
import type { PerformanceEvent } from '../core/performance-events.js';
import type { ThresholdBreach } from '../core/threshold.js';

const logger = new Logger('PerformanceModule');

/** Writes what the core has to say to Nest's log. */
export function logEvent(event: PerformanceEvent): void {
  switch (event.type) {
    case 'series-overflow':
      return logger.warn(
        `${event.metric} has reached its limit of ${event.limit}: what is new goes into "_overflow". Most different values has the label "${event.label}"`,
      );
    case 'metric-failed':
      return logger.warn(`${event.metric} cannot be read and is left out: ${reasonOf(event.cause)}`);
    case 'threshold-breached':
      return logger.warn(describe(event.breach));
    case 'threshold-recovered':
      return logger.log(`${event.recovery.metric} is back under ${event.recovery.threshold} s`);
    case 'threshold-handler-failed':
      return logger.error(`A threshold handler of ${event.metric} failed: ${reasonOf(event.cause)}`);
  }
}

function describe({ metric, value, threshold, breaches, route, requestId }: ThresholdBreach): string {
  const origin = [route, requestId && `request ${requestId}`].filter(Boolean).join(', ');
  const latest = `the latest took ${value.toFixed(3)} s${origin && ` (${origin})`}`;
  return `${metric} is over its threshold of ${threshold} s: ${breaches} times, ${latest}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
