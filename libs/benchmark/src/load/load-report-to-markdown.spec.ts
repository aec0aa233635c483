import { describe, expect, it } from '@jest/globals';
import type { LatencySummary } from './latency-histogram.js';
import type { LoadReport } from './load-report.js';
import { loadReportToMarkdown } from './load-report-to-markdown.js';

const summary = (p99: number): LatencySummary => ({
  count: 1_000,
  min: 1,
  mean: 2,
  p50: 2,
  p75: 3,
  p90: 4,
  p95: 5,
  p99,
  'p99.9': p99,
  max: p99,
});

const report: LoadReport = {
  version: 1,
  name: 'search | all',
  target: 'GET http://127.0.0.1:3000/',
  createdAt: '2030-01-01T00:00:00.000Z',
  machine: { cpu: 'Some CPU', cores: 2, memory: 8 * 1024 ** 3, platform: 'linux x64', node: 'v20.19.0' },
  loop: 'open',
  duration: 10_000,
  elapsed: 10_050,
  aborted: false,
  requests: { sent: 1_010, succeeded: 1_000, failed: 10, dropped: 0, unfinished: 0 },
  rate: 99.5,
  latencyBasis: 'due',
  latency: summary(800),
  serviceTime: summary(7.5),
  errors: [{ kind: 'status 503', count: 10, example: 'answered <b>503</b>\n| x' }],
  generator: { cpu: 0.5 },
  thresholds: [
    { text: 'p99 < 200ms', metric: 'p99', unit: 'ms', actual: 800, passed: false },
    { text: 'errors < 2%', metric: 'errors', unit: 'share', actual: 0.0099, passed: true },
    { text: 'rate >= 50/s', metric: 'rate', unit: 'per second', actual: 99.5, passed: true },
    { text: 'errors < 20', metric: 'errors', unit: 'count', actual: 10, passed: true },
  ],
  passed: false,
  warnings: ['Something to know.'],
  series: { interval: 1_000, points: [] },
};

/** Rows of tables without the padding that is there for the eye. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/ {2,}/g, ' '));
}

describe('loadReportToMarkdown', () => {
  const lines = linesOf(loadReportToMarkdown(report));

  it('shows latency and service time side by side, so that coordinated omission is seen', () => {
    expect(lines).toContain('| | latency, from when due (ms) | service time, from when sent (ms) |');
    expect(lines).toContain('| p99 | 800.0 | 7.500 |');
  });

  it('shows counts, thresholds, errors and warnings', () => {
    expect(lines).toContain('99.5 requests/s over 10.1 s, open loop: 1010 sent, 1000 succeeded, 10 failed.');
    expect(lines).toContain(String.raw`| p99 \< 200ms | 800.0 ms | **failed** |`);
    expect(lines).toContain(String.raw`| errors \< 2% | 0.990 % | passed |`);
    expect(lines).toContain(String.raw`| rate \>= 50/s | 99.5/s | passed |`);
    expect(lines).toContain(String.raw`| errors \< 20 | 10 | passed |`);
    expect(lines).toContain('- Something to know.');
    expect(lines).toContain('Some CPU, 2 cores, 8 GiB, linux x64, Node v20.19.0; 2030-01-01 00:00 UTC');
  });

  it('lets no text of others become markup', () => {
    expect(lines[0]).toBe(String.raw`### search \| all`);
    expect(lines).toContain(String.raw`| status 503 | 10 | answered \<b\>503\</b\> \| x |`);
  });

  it('says what there is when nothing succeeded', () => {
    const { latency: _latency, serviceTime: _serviceTime, ...rest } = report;
    const without = linesOf(
      loadReportToMarkdown({
        ...rest,
        aborted: true,
        requests: { sent: 5, succeeded: 0, failed: 0, dropped: 3, unfinished: 5 },
        errors: [],
        thresholds: [{ text: 'p99 < 1s', metric: 'p99', unit: 'ms', passed: false }],
      }),
    ).join('\n');
    expect(without).toContain('(aborted)');
    expect(without).toContain('5 sent, 0 succeeded, 0 failed, 3 dropped, 5 unfinished');
    expect(without).toContain(String.raw`| p99 \< 1s | no figure | **failed** |`);
    expect(without).not.toContain('service time');
    expect(without).not.toContain('example');
  });
});
