import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { measured, samplesNear } from '../../test/reports.js';
import { createReport, type ReportParts } from './create-report.js';
import { parseReport } from './report/parse-report.js';
import type { BenchmarkResult } from './report/report.js';

const failed: BenchmarkResult = { name: 'find', outcome: 'failed', message: 'it threw' };
const find = measured('find', samplesNear(100));

function create(results: readonly BenchmarkResult[], more: Partial<ReportParts> = {}) {
  return createReport({
    suite: 'cities',
    createdAt: new Date('2030-01-02T03:04:05.678Z'),
    forks: 10,
    baseline: 'find',
    results,
    again: measured('find', samplesNear(100.1)),
    threshold: 0.05,
    random: seededRandom(1),
    ...more,
  });
}

describe('createReport', () => {
  it('compares each result with the baseline, and the baseline with itself', () => {
    const report = create([measured('list', samplesNear(150)), find, measured('same', samplesNear(100))]);
    expect(report).toMatchObject({
      version: 1,
      suite: 'cities',
      createdAt: '2030-01-02T03:04:05.678Z',
      machine: { node: process.version, cores: expect.any(Number) },
      forks: 10,
      baseline: 'find',
      noise: { name: 'find', comparison: { verdict: 'no difference' }, samples: samplesNear(100.1) },
      results: [
        { name: 'list', comparison: { verdict: 'slower', ratio: expect.closeTo(1.5) } },
        { name: 'find' },
        { name: 'same', comparison: { verdict: 'no difference', ratio: 1 } },
      ],
    });
    expect(report.results[1]).not.toHaveProperty('comparison');
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it('finds a difference only beyond the threshold', () => {
    const verdictAt = (threshold: number) => {
      const [, other] = create([find, measured('list', samplesNear(150))], { threshold }).results;
      return other?.outcome === 'measured' && other.comparison?.verdict;
    };
    expect(verdictAt(0.4)).toBe('slower');
    expect(verdictAt(0.6)).toBe('no difference');
  });

  it('compares nothing when the baseline has no figures', () => {
    const report = create([failed, measured('list', samplesNear(150))]);
    expect(report).not.toHaveProperty('noise');
    expect(report.results).toEqual([failed, measured('list', samplesNear(150))]);
  });

  it('has no noise when the second run of the baseline has no figures', () => {
    expect(create([find], { again: failed })).not.toHaveProperty('noise');
  });

  it('leaves what has no figures as it is', () => {
    const late: BenchmarkResult = { name: 'list', outcome: 'timed-out', message: 'not done' };
    expect(create([find, late]).results[1]).toEqual(late);
  });
});
