import { describe, expect, it } from '@jest/globals';
import { measured, reportOf, samplesNear } from '../../../test/reports.js';
import { parseReport } from './parse-report.js';

const report = reportOf([
  measured('get', samplesNear(100), { heap: 0 }),
  measured('set', samplesNear(200), { warnings: ['slow'] }),
  { name: 'empty', outcome: 'too-fast', message: 'nothing to measure' },
]);

const refusal = (message: string) =>
  expect.objectContaining({ code: 'ENVOL_BENCHMARK_INVALID_REPORT', message: expect.stringContaining(message) });

describe('parseReport', () => {
  it('gives back what a run gave, after it was JSON', () => {
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('leaves out what a later version added', () => {
    expect(parseReport({ ...report, yardstick: 5 })).toEqual(report);
  });

  it('refuses a report of another version, and says so', () => {
    expect(() => parseReport({ ...report, version: 2 }, 'base.json')).toThrow(
      refusal('base.json is a benchmark report of version 2; this @envol/benchmark reads version 1'),
    );
  });

  it.each([
    ['something else', { name: 'envol', private: true }, 'version: '],
    ['nothing', undefined, 'report: '],
    ['a list', [], 'report: '],
    ['a name twice', { ...report, results: [report.results[0], report.results[0]] }, 'results: a name is there twice'],
    ['no samples', { ...report, results: [{ ...report.results[0], samples: [] }] }, 'results.0.samples: '],
    ['a sample of 0', { ...report, results: [{ ...report.results[0], samples: [0] }] }, 'results.0.samples.0: '],
    ['null for a number', { ...report, results: [{ ...report.results[0], p99: null }] }, 'results.0.p99: '],
    ['an unknown outcome', { ...report, results: [{ name: 'x', outcome: 'fine' }] }, 'results.0.outcome: '],
    ['no date', { ...report, createdAt: 'yesterday' }, 'createdAt: '],
    [
      'an interval the wrong way round',
      { ...report, noise: { ...report.noise, comparison: { ...report.noise?.comparison, interval: [2, 1] } } },
      'noise.comparison.interval: expected the low end first',
    ],
  ])('refuses %s and names the field', (_, raw, problem) => {
    expect(() => parseReport(raw)).toThrow(refusal(problem));
  });
});
