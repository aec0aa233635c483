import type { LoadReport } from './load-report.js';
import type { ThresholdMetric } from './thresholds.js';

/** A schedule that is kept no better than this is not kept, in milliseconds. */
const WORST_LAG = 10;

/** A process that takes more of its core than this has no time left. */
const BUSIEST = 0.9;

/** Of fewer times, the percentile is the maximum. */
const LEAST_COUNT: Readonly<Partial<Record<ThresholdMetric, number>>> = { p90: 10, p95: 20, p99: 100, 'p99.9': 1_000 };

/** What of a report may call for a warning. */
export type Warned = Pick<LoadReport, 'loop' | 'generator' | 'requests' | 'latency' | 'thresholds'>;

/** Says what makes the figures of a report less than they seem. */
export function warningsOf({ loop, generator, requests, latency, thresholds }: Warned): string[] {
  const { lag, cpu } = generator;
  const busy = `its process took ${(cpu * 100).toFixed(0)} % of a core`;
  const warnings: string[] = [];
  if (lag !== undefined && lag.p99 > WORST_LAG) {
    warnings.push(
      `The load generator did not keep the schedule: 1 % of the requests left ${lag.p99.toFixed(0)} ms late or more (${busy}). That is part of the latencies; send less, or from several processes.`,
    );
  }
  if (loop === 'closed' && cpu > BUSIEST) {
    warnings.push(`The load generator may be the bottleneck: ${busy}. Send from several processes.`);
  }
  if (requests.dropped > 0) {
    const all = requests.sent + requests.dropped;
    warnings.push(
      `${requests.dropped} of ${all} requests were dropped, since maxInFlight were in flight: what they would have waited is not in the figures.`,
    );
  }
  const count = latency?.count ?? 0;
  for (const { text, metric } of thresholds) {
    if (count === 0 || count >= (LEAST_COUNT[metric] ?? 0)) continue;
    warnings.push(`"${text}": the ${metric} of only ${count} requests is their maximum.`);
  }
  return warnings;
}
