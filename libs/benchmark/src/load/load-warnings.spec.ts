import { describe, expect, it } from '@jest/globals';
import { LatencyHistogram, type LatencySummary } from './latency-histogram.js';
import { warningsOf, type Warned } from './load-warnings.js';

function summaryOf(count: number, time: number): LatencySummary {
  const histogram = new LatencyHistogram();
  for (let index = 0; index < count; index += 1) histogram.record(time);
  const summary = histogram.summary();
  if (summary === undefined) throw new Error('nothing recorded');
  return summary;
}

const fine: Warned = {
  loop: 'open',
  generator: { lag: summaryOf(100, 0.1), cpu: 1 },
  requests: { sent: 1_000, succeeded: 1_000, failed: 0, dropped: 0, unfinished: 0 },
  latency: summaryOf(1_000, 5),
  thresholds: [],
};

describe('warningsOf', () => {
  it('has nothing to say of a schedule that was kept, even if that took a core', () => {
    expect(warningsOf(fine)).toEqual([]);
  });

  it('warns when requests left late', () => {
    expect(warningsOf({ ...fine, generator: { lag: summaryOf(100, 45), cpu: 0.97 } })).toEqual([
      expect.stringMatching(/did not keep the schedule: 1 % .* 45 ms late or more \(its process took 97 % of a core\)/),
    ]);
  });

  it('warns when a closed loop had no CPU time left', () => {
    expect(warningsOf({ ...fine, loop: 'closed', generator: { cpu: 0.95 } })).toEqual([
      expect.stringContaining('may be the bottleneck: its process took 95 % of a core'),
    ]);
    expect(warningsOf({ ...fine, loop: 'closed', generator: { cpu: 0.5 } })).toEqual([]);
  });

  it('warns of a percentile of too few requests', () => {
    const threshold = { text: 'p99.9 < 1s', metric: 'p99.9', unit: 'ms', actual: 5, passed: true } as const;
    expect(warningsOf({ ...fine, thresholds: [threshold] })).toEqual([]);
    expect(warningsOf({ ...fine, thresholds: [threshold], latency: summaryOf(999, 5) })).toEqual([
      '"p99.9 < 1s": the p99.9 of only 999 requests is their maximum.',
    ]);
  });
});
