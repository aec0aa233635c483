import type { Random } from '@envol/common/core';
import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { measured, reportOf, samplesNear } from '../../../test/reports.js';
import type { BenchmarkReport } from '../report/report.js';
import { compareReports } from './compare-reports.js';

const base = reportOf([
  measured('get', samplesNear(100)),
  measured('set', samplesNear(200)),
  measured('old', samplesNear(300)),
]);

function statuses(before: BenchmarkReport, now: BenchmarkReport) {
  return compareReports(before, now).benchmarks.map(({ name, status }) => `${name}: ${status}`);
}

/** A run on a machine whose forks differ by up to `spread`, and which is at times so busy that they take half again. */
function noisyRun(random: Random, spread: number, factor = 1): BenchmarkReport {
  const isBusy = random() < 0.3;
  const samples = (time: number) =>
    Array.from({ length: 10 }, () => time * (1 + spread * random()) * (isBusy && random() < 0.4 ? 1.5 : 1));
  return reportOf([measured('get', samples(100)), measured('set', samples(200 * factor))], { again: samples(100) });
}

describe('compareReports', () => {
  it('tells what became of each benchmark, in the order of now, with what was removed at the end', () => {
    const now = reportOf([
      measured('get', samplesNear(100.5)),
      measured('new', samplesNear(50)),
      measured('set', samplesNear(230)),
    ]);
    const comparison = compareReports(base, now);
    expect(comparison.benchmarks).toEqual([
      expect.objectContaining({ name: 'get', status: 'same', base: 99.9, now: expect.closeTo(100.3995, 6) }),
      { name: 'new', status: 'added', now: 49.95 },
      expect.objectContaining({
        name: 'set',
        status: 'regressed',
        comparison: expect.objectContaining({ verdict: 'slower', ratio: expect.closeTo(1.15, 6) }),
      }),
      { name: 'old', status: 'removed', base: expect.closeTo(299.7, 6) },
    ]);
    expect(comparison).toMatchObject({ suite: 'cache', hasRegressed: true, tolerance: 0.05, warnings: [] });
    expect(comparison.base).toEqual({ createdAt: base.createdAt, machine: base.machine });
  });

  it('has not regressed where something improved', () => {
    const now = reportOf([measured('get', samplesNear(100)), measured('set', samplesNear(150))]);
    expect(statuses(base, now)).toEqual(['get: same', 'set: improved', 'old: removed']);
    expect(compareReports(base, now).hasRegressed).toBe(false);
  });

  it('says why one of the two has no figure, and does not call it a regression', () => {
    const timedOut = { name: 'set', outcome: 'timed-out', message: 'took longer than 30 s' } as const;
    const broken = reportOf([measured('get', samplesNear(100)), timedOut]);
    expect(compareReports(base, broken).benchmarks[1]).toEqual({
      name: 'set',
      status: 'unmeasured',
      base: expect.closeTo(199.8, 6),
      message: 'took longer than 30 s',
    });
    expect(compareReports(broken, base).benchmarks[1]).toEqual({
      name: 'set',
      status: 'unmeasured',
      now: expect.closeTo(199.8, 6),
      message: 'in the base: took longer than 30 s',
    });
    expect(compareReports(base, broken).hasRegressed).toBe(false);
  });

  it('never accuses within the noise: 200 pairs of runs of the same code on a restless machine', () => {
    const random = seededRandom(11);
    const accused = Array.from({ length: 200 }, () =>
      compareReports(noisyRun(random, 0.06), noisyRun(random, 0.06), { random }),
    ).filter(({ benchmarks }) => benchmarks.some(({ status }) => status !== 'same'));
    expect(accused).toEqual([]);
  });

  it('finds a slowdown of 15 % on a quiet machine at least 18 times in 20', () => {
    const random = seededRandom(12);
    const quiet = (factor: number) => {
      const samples = (time: number) => Array.from({ length: 10 }, () => time * (1 + 0.02 * random()));
      return reportOf([measured('get', samples(100)), measured('set', samples(200 * factor))], { again: samples(100) });
    };
    const found = Array.from({ length: 20 }, () => compareReports(quiet(1), quiet(1.15), { random }).hasRegressed);
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(18);
  });

  it('widens the tolerance to the noise of both runs, whichever had it, and says so', () => {
    const results = (time: number) => [measured('get', samplesNear(100)), measured('set', samplesNear(time))];
    const quiet = reportOf(results(200));
    const slower = reportOf(results(230));
    expect(compareReports(quiet, slower).hasRegressed).toBe(true);
    const restless = reportOf(results(200), { again: samplesNear(116) });
    const restlessAndSlower = reportOf(results(230), { again: samplesNear(86) });
    for (const [one, other] of [
      [restless, slower],
      [quiet, restlessAndSlower],
    ] as const) {
      const comparison = compareReports(one, other);
      expect(comparison.hasRegressed).toBe(false);
      expect(comparison.tolerance).toBeGreaterThan(0.15);
      expect(comparison.warnings).toEqual([
        expect.stringMatching(/^The machine was restless: differences below 1\d %/),
      ]);
    }
    // 16 % and 16 % together: more than either alone.
    expect(compareReports(restless, restlessAndSlower).tolerance).toBeGreaterThan(0.34);
  });

  it('judges nothing that was made on another machine', () => {
    const slower = reportOf([measured('get', samplesNear(300)), measured('gone', samplesNear(1))], {
      machine: { ...base.machine, cpu: 'Slow CPU' },
    });
    expect(statuses(base, slower)).toEqual(['get: incomparable', 'gone: added', 'set: removed', 'old: removed']);
    expect(compareReports(base, slower)).toMatchObject({
      hasRegressed: false,
      warnings: [
        expect.stringContaining('(Quick CPU, 2 cores, linux x64) than this run (Slow CPU, 2 cores, linux x64)'),
      ],
    });
  });

  it('judges across versions of Node, and says so', () => {
    const now = { ...base, machine: { ...base.machine, node: 'v24.11.0' } };
    expect(compareReports(base, now)).toMatchObject({
      benchmarks: [{ status: 'same' }, { status: 'same' }, { status: 'same' }],
      warnings: ["The base was made with Node v22.13.0, this run with v24.11.0: a difference may be Node's."],
    });
  });

  it('judges nothing whose noise is not known', () => {
    const { noise: _, ...unknown } = reportOf([measured('get', samplesNear(300))]);
    for (const comparison of [compareReports(base, unknown), compareReports(unknown, base)]) {
      expect(comparison.benchmarks[0]).toMatchObject({ name: 'get', status: 'incomparable' });
      expect(comparison.hasRegressed).toBe(false);
      expect(comparison.warnings).toEqual([expect.stringContaining('The noise is not known')]);
    }
  });

  it('points out that all changed alike, which may be the machine', () => {
    const all = (factor: number) =>
      reportOf(['get', 'set', 'old'].map((name, index) => measured(name, samplesNear(100 * (index + 1) * factor))));
    expect(compareReports(base, all(1.3)).warnings).toEqual([expect.stringContaining('All benchmarks regressed')]);
    expect(compareReports(base, all(0.7)).warnings).toEqual([expect.stringContaining('All benchmarks improved')]);
    expect(compareReports(base, all(1)).warnings).toEqual([]);
  });

  it('says the same each time of the same reports', () => {
    const random = seededRandom(13);
    const [before, now] = [noisyRun(random, 0.05), noisyRun(random, 0.05, 1.12)];
    expect(compareReports(before, now)).toEqual(compareReports(before, now));
  });

  it('refuses options that it does not know', () => {
    expect(() => compareReports(base, base, Object.assign({ threshold: 0.1 }, { treshold: 0.1 }))).toThrow(
      expect.objectContaining({ code: 'ENVOL_BENCHMARK_INVALID_OPTIONS' }),
    );
  });
});
