import type { LatencySummary } from './latency-histogram.js';
import type { LoadFigures } from './load-figures.js';
import type { LatencyBasis, LoadReport, RequestCounts } from './load-report.js';
import type { ResolvedLoadTest } from './load-test-options.js';
import { warningsOf } from './load-warnings.js';
import { totalDuration } from './stages.js';
import { thisMachine } from '../core/machine.js';
import { judge, type Threshold } from './thresholds.js';
import type { TimeSeries } from './time-series.js';

/** What a report is made of. */
export interface ReportParts {
  readonly options: ResolvedLoadTest;
  readonly target: string;
  readonly createdAt: string;
  readonly figures: LoadFigures;
  readonly series: TimeSeries;
  readonly cpu: number;
  /** When the run was over, in milliseconds from its start. */
  readonly end: number;
  readonly aborted: boolean;
  /** What else is to be told. */
  readonly warnings: readonly string[];
}

/** Makes the report of a run that is over. */
export function reportOf(parts: ReportParts): LoadReport {
  const { options, target, createdAt, figures, series, cpu, end, aborted } = parts;
  const { load, name, warmUp } = options;
  const { requests } = figures;
  const duration = totalDuration(load.stages);
  const elapsed = aborted ? Math.max(0, end - warmUp) : Math.max(duration, figures.lastEnd - warmUp);
  const rate = elapsed === 0 ? 0 : (requests.succeeded * 1_000) / elapsed;
  const { latencyBasis, latency } = latencyOf(options, figures);
  const thresholds = options.thresholds.map((threshold) =>
    judge(threshold, actualOf(threshold, { latency, requests, rate })),
  );
  const serviceTime = figures.serviceTime.summary();
  const errorLatency = figures.errorLatency.summary();
  const lag = load.loop === 'open' ? figures.lag.summary() : undefined;
  const report = {
    version: 1,
    name: name ?? target,
    target,
    createdAt,
    machine: thisMachine(),
    loop: load.loop,
    duration,
    elapsed,
    aborted,
    requests,
    rate,
    latencyBasis,
    ...(latency !== undefined && { latency }),
    ...(serviceTime !== undefined && { serviceTime }),
    ...(errorLatency !== undefined && { errorLatency }),
    errors: figures.errors.list(),
    generator: { ...(lag !== undefined && { lag }), cpu },
    thresholds,
    passed: !aborted && thresholds.every(({ passed }) => passed),
    series,
  } as const;
  return { ...report, warnings: [...warningsOf(report), ...parts.warnings] };
}

interface Latency {
  readonly latencyBasis: LatencyBasis;
  readonly latency: LatencySummary | undefined;
}

function latencyOf({ load }: ResolvedLoadTest, { latency }: LoadFigures): Latency {
  if (load.loop === 'open') return { latencyBasis: 'due', latency: latency.summary() };
  if (load.expectedInterval === undefined) return { latencyBasis: 'call', latency: latency.summary() };
  return { latencyBasis: 'corrected', latency: latency.corrected(load.expectedInterval) };
}

interface Judged {
  readonly latency: LatencySummary | undefined;
  readonly requests: RequestCounts;
  readonly rate: number;
}

function actualOf({ metric, unit }: Threshold, { latency, requests, rate }: Judged): number | undefined {
  const { succeeded, failed, sent, dropped } = requests;
  switch (metric) {
    case 'rate':
      return rate;
    case 'errors':
      return unit === 'count' ? failed : share(failed, succeeded + failed);
    case 'dropped':
      return unit === 'count' ? dropped : share(dropped, sent + dropped);
    default:
      return latency?.[metric];
  }
}

/** Of nothing there is no share. */
function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
