import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { envol, lastLine, type Run } from './run-envol.js';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');
const FIXTURE = join(import.meta.dirname, 'fixtures', 'sums.bench.mjs');
let folder: string;

beforeAll(async () => {
  // Where benchmarks find @envol/benchmark.
  folder = await mkdtemp(join(import.meta.dirname, 'tmp-'));
  await mkdir(join(folder, 'bench'));
  await copyFile(FIXTURE, join(folder, 'bench', 'sums.bench.mjs'));
});

afterAll(() => rm(folder, { recursive: true }));

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [MAIN, 'bench', ...args], { cwd: folder, env: { ...process.env, ...env } });
}

/** In a process of its own, since a file makes its suites only once in a process. */
async function bench(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run> {
  const child = start(args, env);
  const ended = once(child, 'close');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code: Number(code), stdout, stderr };
}

describe('envol bench', () => {
  it('runs what it finds in the folder bench, shows a table, and writes it and a chart to files', async () => {
    const run = await bench(['--forks', '1', '--markdown', 'sums.md', '--svg', 'sums.svg']);
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sums\n[^]*base .*baseline\nother /) });
    expect(run.stderr).toMatch(/^0 of 3 {2}sums: [^]*\n3 of 3 {2}sums: /);
    await expect(readFile(join(folder, 'sums.md'), 'utf8')).resolves.toMatch(/^### sums\n[^]*\| `base` /);
    await expect(readFile(join(folder, 'sums.svg'), 'utf8')).resolves.toMatch(/^<svg [^]*<\/svg>/);
  });

  it('saves reports, and ends with 1 when something became slower than then, with JSON for machines', async () => {
    await expect(bench(['--save', 'base'])).resolves.toMatchObject({ code: 0 });
    const run = await bench(['--compare', 'base', '--json'], { SLOWER: '8' });
    expect(run.stdout.split('\n')).toHaveLength(2);
    expect(lastLine(run.stdout)).toMatchObject({
      version: 1,
      reports: [{ suite: 'sums', results: [{ name: 'base' }, { name: 'other' }] }],
      comparisons: [{ hasRegressed: true, benchmarks: [{ name: 'base' }, { name: 'other', status: 'regressed' }] }],
    });
    expect(run.code).toBe(1);
  });

  it('ends with 2 when a benchmark fails, and shows the others all the same', async () => {
    const run = await bench(['--forks', '1'], { FAIL: '1' });
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/other [^]*failing: failed: it threw Error: this one fails/);
  });

  it('ends its forks with Ctrl-C, and exits with 130', async () => {
    const child = start(['--forks', '1000']);
    child.stderr.once('data', () => child.kill('SIGINT'));
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
  });

  it.each([
    [['nothing/*.bench.js'], 'ENVOL_CLI_NO_BENCHMARKS'],
    [['--compare', 'a', '--against', 'main'], 'ENVOL_CLI_INVALID_OPTIONS'],
    [['--build', 'make'], 'ENVOL_CLI_INVALID_OPTIONS'],
    [['--save', '../base'], 'ENVOL_CLI_INVALID_OPTIONS'],
    [['--forks', 'many'], 'ENVOL_CLI_INVALID_OPTIONS'],
    [['--config', 'none.js'], 'ENVOL_CLI_NO_CONFIG'],
  ])('says what is wrong with %j before anything is measured', async (args, code) => {
    const run = await envol(['bench', ...args], { cwd: folder });
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`(${code})`) });
  });

  it('names what there is when nothing was saved by that name', async () => {
    const run = await bench(['--compare', 'never-saved']);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('never-saved') });
    expect(run.stderr).toContain('(ENVOL_BENCHMARK_REPORT_NOT_FOUND)');
  });
});
