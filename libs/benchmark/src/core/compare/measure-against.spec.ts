import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { samplesNear } from '../../../test/reports.js';
import { resolveRunOptions } from '../benchmark-options.js';
import type { ForkOutcome, ForkSubject } from '../forks/fork-subject.js';
import { BenchmarkSuite } from '../suite.js';
import { measureAgainst } from './measure-against.js';

const file = pathToFileURL('/repository/cache.bench.js').href;
const revision = {
  commit: '31f4b08b19ef94be5f7440f04519ef6794385cf6',
  file: pathToFileURL('/worktree/cache.bench.js').href,
  cwd: '/worktree',
};
const suite = new BenchmarkSuite(file, { name: 'cache' }).addBenchmark('get', () => 1).addBenchmark('set', () => 2);
const run = resolveRunOptions(suite.options, { forks: 10 });

const took = (time: number): readonly ForkOutcome[] =>
  samplesNear(time).map((wall) => ({ type: 'measured', wall, cpu: wall, warnings: [] }));
const missing: readonly ForkOutcome[] = [{ type: 'failed', isMissing: true, message: 'no such benchmark' }];

/** Forks that come to what is given, by id; and what was asked of them. */
function fakeForks(outcomes: Readonly<Record<string, readonly ForkOutcome[]>>) {
  const asked: ForkSubject[] = [];
  const runForks = (subjects: readonly ForkSubject[]) => {
    asked.push(...subjects);
    return Promise.resolve(new Map(Object.entries(outcomes)));
  };
  return { asked, runForks };
}

describe('measureAgainst', () => {
  it('measures both sides and the noise in one run', async () => {
    const { asked, runForks } = fakeForks({});
    await measureAgainst(suite, revision, { run, runForks });
    const shared = { suite: 'cache' };
    expect(asked).toEqual([
      { ...shared, id: 'now\nget', benchmark: 'get', file },
      { ...shared, id: 'now\nset', benchmark: 'set', file },
      { ...shared, id: 'again\nget', benchmark: 'get', file },
      { ...shared, id: 'base\nget', benchmark: 'get', file: revision.file, cwd: '/worktree' },
      { ...shared, id: 'base\nset', benchmark: 'set', file: revision.file, cwd: '/worktree' },
    ]);
  });

  it('tells what regressed against the revision, and gives both reports', async () => {
    const forks = fakeForks({
      'now\nget': took(100),
      'again\nget': took(100),
      'now\nset': took(230),
      'base\nget': took(100),
      'base\nset': took(200),
    });
    const { base, now, comparison } = await measureAgainst(suite, revision, { run, ...forks });
    expect(comparison).toMatchObject({
      base: { commit: revision.commit },
      benchmarks: [
        { name: 'get', status: 'same' },
        { name: 'set', status: 'regressed' },
      ],
      hasRegressed: true,
      tolerance: 0.05,
      warnings: [],
    });
    expect(now).toMatchObject({ suite: 'cache', baseline: 'get', forks: 10, noise: { name: 'get' } });
    expect(base.results).toMatchObject([
      { name: 'get', outcome: 'measured' },
      { name: 'set', outcome: 'measured' },
    ]);
  });

  it('accuses nobody within the noise of the run', async () => {
    const forks = fakeForks({
      'now\nget': took(100),
      'again\nget': took(120),
      'now\nset': took(230),
      'base\nget': took(100),
      'base\nset': took(200),
    });
    const { comparison } = await measureAgainst(suite, revision, { run, ...forks });
    expect(comparison.hasRegressed).toBe(false);
    expect(comparison.tolerance).toBeGreaterThan(0.19);
  });

  it('counts as added what the revision does not have', async () => {
    const forks = fakeForks({
      'now\nget': took(100),
      'again\nget': took(100),
      'now\nset': took(200),
      'base\nget': took(100),
      'base\nset': missing,
    });
    const { base, comparison } = await measureAgainst(suite, revision, { run, ...forks });
    expect(comparison.benchmarks).toMatchObject([{ status: 'same' }, { name: 'set', status: 'added' }]);
    expect(base.results).toHaveLength(1);
  });

  it('shows what failed in the revision as unmeasured, with the reason', async () => {
    const forks = fakeForks({
      'now\nget': took(100),
      'again\nget': took(100),
      'now\nset': took(200),
      'base\nget': took(100),
      'base\nset': [{ type: 'failed', message: 'Error: no database' }],
    });
    const { comparison } = await measureAgainst(suite, revision, { run, ...forks });
    expect(comparison.benchmarks[1]).toMatchObject({
      status: 'unmeasured',
      message: 'in the base: Error: no database',
    });
  });

  it('starts no fork for a file that the revision does not have, and says so', async () => {
    const forks = fakeForks({ 'now\nget': took(100), 'again\nget': took(100), 'now\nset': took(200) });
    const { comparison } = await measureAgainst(suite, { ...revision, file: undefined }, { run, ...forks });
    expect(forks.asked.map(({ id }) => id)).toEqual(['now\nget', 'now\nset', 'again\nget']);
    expect(comparison.benchmarks.map(({ status }) => status)).toEqual(['added', 'added']);
    expect(comparison.warnings).toEqual([expect.stringContaining('commit 31f4b08b19ef has no such file')]);
  });

  it('judges nothing when its baseline gave no figure', async () => {
    const forks = fakeForks({
      'now\nget': [{ type: 'failed', message: 'threw' }],
      'again\nget': [{ type: 'failed', message: 'threw' }],
      'now\nset': took(400),
      'base\nget': took(100),
      'base\nset': took(200),
    });
    const { comparison } = await measureAgainst(suite, revision, { run, ...forks });
    expect(comparison.benchmarks.map(({ status }) => status)).toEqual(['unmeasured', 'incomparable']);
    expect(comparison.hasRegressed).toBe(false);
  });
});
