import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@envol/common/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BenchmarkReport, BenchmarkResult } from '../src/core/report/report.js';
import { FixtureRun, runFixture } from './run-fixture.js';

function resultIn({ results }: BenchmarkReport, name: string): BenchmarkResult {
  const result = results.find((candidate) => candidate.name === name);
  if (result === undefined) throw new Error(`no result of ${name}`);
  return result;
}

describe('a benchmark in a real fork', () => {
  let report: BenchmarkReport;
  const result = (name: string) => resultIn(report, name);
  const failed = (message: string) => ({ outcome: 'failed', message: expect.stringContaining(message) });

  beforeAll(async () => {
    report = await runFixture('outcomes.bench.mjs', { forks: 1, samples: 20, warmUp: '20ms' });
  });

  it('has figures, one sample for each fork', () => {
    expect(result('work')).toMatchObject({ outcome: 'measured', samples: [expect.any(Number)] });
    expect(report).toMatchObject({ suite: 'outcomes', forks: 1, baseline: 'work', noise: { name: 'work' } });
  });

  it('that does nothing is too fast, and has no figure', () => {
    expect(result('empty')).toMatchObject({
      outcome: 'too-fast',
      message: expect.stringContaining('cannot be told from an empty loop'),
    });
  });

  it('whose result is not used is too fast, or there is a warning', () => {
    const unused = result('unused result');
    const warnings = unused.outcome === 'measured' ? unused.warnings : [unused.outcome];
    expect(warnings).toContainEqual(expect.stringMatching(/^too-fast$|it returns nothing/));
  });

  it('that is asynchronous is measured until it has ended', () => {
    const asynchronous = result('asynchronous');
    // A timer of 2 ms may come up to 1 ms early.
    expect(asynchronous.outcome === 'measured' && asynchronous.min).toBeGreaterThan(1e6);
  });

  it('has the bytes that it allocates', () => {
    const allocates = result('allocates');
    const heap = allocates.outcome === 'measured' ? allocates.heap : undefined;
    // A thousand elements of eight bytes, or of four where V8 compresses pointers.
    expect(heap).toBeGreaterThan(3_900);
    expect(heap).toBeLessThan(9_000);
  });

  it('that throws or rejects has failed, and its place is told', () => {
    expect(result('throws')).toMatchObject(failed('it threw TypeError: no such city (at file://'));
    expect(result('rejects')).toMatchObject(failed('it threw RangeError: too far'));
  });

  it('has failed too when something of it throws that nobody waits for', () => {
    expect(result('throws later')).toMatchObject(failed('it threw outside of its calls Error: nobody waits for this'));
  });

  it('that returns a promise only at times has failed, since its time would be wrong', () => {
    expect(result('sometimes a promise')).toMatchObject(failed('declare it async'));
  });

  it('that ends the process has failed', () => {
    expect(result('exits')).toMatchObject(failed('its process ended with exit code 3 in its first call'));
  });

  it('is set up before, called with its inputs in turn, and torn down after', () => {
    expect(result('setup throws')).toMatchObject(failed('its setup threw Error: no database'));
    expect(result('tells in its teardown')).toMatchObject(
      failed('its teardown threw Error: set up, called with 1, called with 2, called with 3 (at'),
    );
  });
});

describe('a benchmark that is not done within the time limit', () => {
  it('is ended, also in an endless loop', async () => {
    const report = await runFixture('hanging.bench.mjs', { forks: 2, timeLimit: '1s' });
    const timedOut = { outcome: 'timed-out', message: expect.stringContaining('not done within 1000 ms') };
    expect(resultIn(report, 'never resolves')).toMatchObject(timedOut);
    expect(resultIn(report, 'slower than the limit')).toMatchObject(timedOut);
    expect(resultIn(report, 'endless loop')).toMatchObject(timedOut);
  });
});

describe('a file that runs its suite itself', () => {
  it('gets the report, while its forks measure and go no further', async () => {
    const file = fileURLToPath(new URL('./fixtures/script.bench.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'work', outcome: 'measured' }]);
  });
});

describe('a fork in an endless loop', () => {
  let folder: string;
  let run: FixtureRun;
  let pid: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'envol-benchmark-'));
    const file = join(folder, 'pid');
    run = new FixtureRun('endless.bench.mjs', { forks: 1, timeLimit: '10m' }, { PID_FILE: file });
    // The line is complete with its end.
    const text = await eventually(() => /^\d+\n/.exec(readFileSync(file, 'utf8'))?.[0] ?? false, 30_000);
    pid = Number(text);
  });

  afterEach(() => {
    run.process.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('has ended when a run that was aborted rejects', async () => {
    expect(isAlive(pid)).toBe(true);
    const answer = run.answer();
    run.process.send('enough');
    expect(await answer).toEqual({ error: 'enough' });
    expect(isAlive(pid)).toBe(false);
  });

  it('does not outlive its parent, even one that is killed', async () => {
    expect(isAlive(pid)).toBe(true);
    run.process.kill('SIGKILL');
    await eventually(() => !isAlive(pid), 30_000);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
