import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '@envol/common/core';
import { eventually, ManualClock } from '@envol/common/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runShellCommand } from '../src/core/compare/shell-command.js';
import { Worktree } from '../src/core/compare/worktree.js';
import { ThrowawayRepository } from './throwaway-repository.js';

const library = new URL('../dist/index.js', import.meta.url).href;
const error = (code: string, message = '') =>
  expect.objectContaining({ code: `ENVOL_BENCHMARK_${code}`, message: expect.stringContaining(message) });

let repository: ThrowawayRepository;

beforeEach(() => {
  repository = new ThrowawayRepository();
});
afterEach(() => repository.remove());

describe('Worktree', () => {
  let first: string;

  beforeEach(() => {
    repository.write({ 'src/value.txt': 'first' });
    first = repository.commit();
    repository.write({ 'src/value.txt': 'second' });
    repository.commit();
    repository.write({ 'src/value.txt': 'not committed' });
  });

  const use = <T>(revision: string, work: (worktree: Worktree) => Promise<T>, signal?: AbortSignal) =>
    Worktree.use({ repository: repository.folder, revision, signal }, work);

  it('is the revision, beside the working tree, and gone afterwards', async () => {
    const status = repository.git('status', '--porcelain', '--branch');
    const seen = await use('HEAD~1', (worktree) => {
      expect(repository.worktrees()).toEqual([worktree.folder]);
      expect(worktree.commit).toBe(first);
      return Promise.resolve({
        folder: worktree.folder,
        value: readFileSync(join(worktree.folder, 'src/value.txt'), 'utf8'),
      });
    });
    expect(seen.value).toBe('first');
    expect(existsSync(join(seen.folder, '..'))).toBe(false);
    expect(repository.worktrees()).toEqual([]);
    expect(repository.git('status', '--porcelain', '--branch')).toBe(status);
    expect(readFileSync(join(repository.folder, 'src/value.txt'), 'utf8')).toBe('not committed');
  });

  it('knows where a file of the repository is in it, and that others are not', async () => {
    await use('HEAD', async (worktree) => {
      const path = join(repository.folder, 'src/value.txt');
      expect(await worktree.counterpart(path)).toBe(join(worktree.folder, 'src/value.txt'));
      expect(await worktree.counterpart(repository.folder)).toBe(worktree.folder);
      expect(await worktree.counterpart(repository.root)).toBeUndefined();
      expect(await worktree.counterpart(tmpdir())).toBeUndefined();
    });
  });

  it('is removed when the work fails, with whatever was written there, and tells what failed', async () => {
    let folder = '';
    const failing = use('HEAD', (worktree) => {
      folder = worktree.folder;
      mkdirSync(join(folder, 'node_modules'));
      writeFileSync(join(folder, 'node_modules', 'module.js'), '');
      return Promise.reject(new Error('the build failed'));
    });
    await expect(failing).rejects.toThrow('the build failed');
    expect(existsSync(folder)).toBe(false);
    expect(repository.worktrees()).toEqual([]);
  });

  it('is removed when the signal is aborted', async () => {
    const abort = new AbortController();
    const aborted = use(
      'HEAD',
      () => {
        abort.abort(new Error('interrupted'));
        abort.signal.throwIfAborted();
        return Promise.resolve();
      },
      abort.signal,
    );
    await expect(aborted).rejects.toThrow('interrupted');
    expect(repository.worktrees()).toEqual([]);
    await expect(use('HEAD', () => Promise.resolve(), abort.signal)).rejects.toThrow('interrupted');
  });

  it.each(['gone', '--all', 'HEAD; touch here', ''])('refuses %j, which is no revision', async (revision) => {
    await expect(use(revision, () => Promise.resolve())).rejects.toEqual(
      error('UNKNOWN_REVISION', `${JSON.stringify(revision)} is no revision of ${repository.folder}`),
    );
  });

  it('says what git said where there is no repository', async () => {
    const nowhere = Worktree.use({ repository: repository.root, revision: 'HEAD' }, () => Promise.resolve());
    await expect(nowhere).rejects.toEqual(error('GIT_FAILED', 'not a git repository'));
  });

  it('runs no hook', async () => {
    const trace = join(repository.root, 'trace');
    writeFileSync(join(repository.folder, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    await use('HEAD', () => Promise.resolve());
    expect(existsSync(trace)).toBe(false);
  });

  it('is of the repository that it was asked for, also within a hook of another', async () => {
    process.env['GIT_DIR'] = join(repository.root, 'another');
    try {
      expect(await use('HEAD~1', ({ commit }) => Promise.resolve(commit))).toBe(first);
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  it('leaves other worktrees alone, also one whose folder is away for now', async () => {
    const away = join(repository.root, 'away');
    repository.git('worktree', 'add', '--quiet', '--detach', away);
    rmSync(away, { recursive: true });
    await use('HEAD', () => Promise.resolve());
    expect(repository.worktrees()).toEqual([away]);
  });
});

describe('runShellCommand', () => {
  const watchdog = { watch: () => {}, forget: () => {}, close: () => {} };
  const run = (command: string, { clock = systemClock, signal }: { clock?: Clock; signal?: AbortSignal } = {}) =>
    runShellCommand(command, { cwd: repository.root, timeout: 60_000, signal, watchdog, clock });

  it('runs the command in the shell and in its folder', async () => {
    await run('echo one > file && echo two >> file');
    expect(readFileSync(join(repository.root, 'file'), 'utf8')).toBe('one\ntwo\n');
  });

  it('tells the end of what a command that failed has written', async () => {
    const failing = run(`node -e "console.log('x'.repeat(9000)); console.error('no such module'); process.exit(3)"`);
    await expect(failing).rejects.toEqual(error('COMMAND_FAILED', 'ended with exit code 3 in the worktree'));
    await expect(failing).rejects.toEqual(error('COMMAND_FAILED', 'xxx\nno such module'));
    await expect(failing.catch(({ message }: Error) => message.length)).resolves.toBeLessThan(4_500);
  });

  it('ends a command that takes too long, and what it has started', async () => {
    const clock = new ManualClock();
    const endless = `node -e "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)"`;
    const running = run(`${endless} & wait`, { clock });
    const failure = running.catch((reason: unknown) => reason);
    const pid = () => Number(readFileSync(join(repository.root, 'pid'), 'utf8'));
    await eventually(() => pid() > 0, 30_000);
    await clock.advance(60_000);
    expect(await failure).toEqual(error('COMMAND_FAILED', 'took longer than 60000 ms'));
    await eventually(() => !isAlive(pid()));
  });

  it('ends the command when the signal is aborted, and tells its reason', async () => {
    const abort = new AbortController();
    const running = run('touch started && sleep 600', { signal: abort.signal });
    const failure = running.catch((reason: unknown) => reason);
    await eventually(() => existsSync(join(repository.root, 'started')), 30_000);
    abort.abort(new Error('interrupted'));
    expect(await failure).toEqual(new Error('interrupted'));
  });
});

describe('runAgainst', () => {
  /** Writes what it was compared with to its standard output; ends in good order when it is interrupted. */
  const program = `
    import { loadSuites, runAgainst } from ${JSON.stringify(library)};
    const [options] = process.argv.slice(2);
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort(new Error('interrupted')));
    const steps = [];
    const suites = await loadSuites(new URL('work.bench.mjs', import.meta.url).href);
    runAgainst(suites, 'HEAD', { ...JSON.parse(options), signal: abort.signal, onStep: (step) => steps.push(step) }).then(
      (runs) => process.send({ steps, runs }),
      ({ code, message }) => process.send({ steps, code, message }),
    ).finally(() => process.disconnect());
  `;
  const suite = (rounds: number, more = '') => `
    import { BenchmarkSuite } from ${JSON.stringify(library)};
    import { built } from './built.mjs';
    const work = (rounds) => {
      let value = 1;
      for (let round = 0; round < rounds; round += 1) value = (value * 1103515245 + 12345) % 2147483648;
      return value;
    };
    export default new BenchmarkSuite(import.meta.url, { name: built })
      .addBenchmark('changed', () => work(${rounds}))${more};
  `;
  const quick = { forks: 5, warmUp: 20, sampleTime: 1, samples: 5 };
  const children = new Set<ChildProcess>();

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });

  /** Starts it in the repository; what it leaves behind would be in the folder of temporary files. */
  function start(options: object): { readonly child: ChildProcess; readonly answer: Promise<unknown> } {
    const temporary = join(repository.root, 'temporary');
    mkdirSync(temporary);
    const child = fork(join(repository.folder, 'compare.mjs'), [JSON.stringify(options)], {
      cwd: repository.folder,
      execArgv: [],
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.add(child);
    const answer = once(child, 'message').then(async ([message]: unknown[]) => {
      if (child.exitCode === null) await once(child, 'exit');
      expect(readdirSync(temporary)).toEqual([]);
      expect(repository.worktrees()).toEqual([]);
      return message;
    });
    return { child, answer };
  }

  beforeEach(() => {
    repository.write({
      '.gitignore': 'built.mjs\n',
      'compare.mjs': program,
      'work.bench.mjs': suite(1_000),
      'build.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync('built.mjs', 'export const built = "work";');`,
    });
    repository.commit();
    repository.write({
      'built.mjs': 'export const built = "work";',
      'work.bench.mjs': suite(30_000, `.addBenchmark('new', () => work(10))`),
    });
  });

  it('builds the revision, measures both in one run, and finds what became slower', async () => {
    const { answer } = start({ ...quick, installCommand: false, buildCommand: 'node build.mjs' });
    const found: unknown = await answer;
    expect(found).toMatchObject({
      steps: ['checkout', 'build', 'measure'],
      runs: [
        {
          comparison: {
            suite: 'work',
            base: { commit: repository.git('rev-parse', 'HEAD') },
            benchmarks: [
              { name: 'changed', status: 'regressed' },
              { name: 'new', status: 'added' },
            ],
            hasRegressed: true,
          },
        },
      ],
    });
  });

  it('tells what the build said when it failed, and leaves nothing behind', async () => {
    const { answer } = start({ installCommand: 'echo fine', buildCommand: 'echo cannot find tsc >&2; exit 7' });
    expect(await answer).toMatchObject({
      steps: ['checkout', 'install', 'build'],
      code: 'ENVOL_BENCHMARK_COMMAND_FAILED',
      message: expect.stringContaining('ended with exit code 7 in the worktree of the revision:\ncannot find tsc'),
    });
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const started = join(repository.root, 'started');
    const { child, answer } = start({ installCommand: `touch ${started} && sleep 600` });
    await eventually(() => existsSync(started), 30_000);
    child.kill('SIGINT');
    expect(await answer).toMatchObject({ message: 'interrupted' });
  });

  it('refuses options that it does not know before anything is touched', async () => {
    const { answer } = start({ instalCommand: 'npm ci' });
    expect(await answer).toMatchObject({
      steps: [],
      code: 'ENVOL_BENCHMARK_INVALID_OPTIONS',
      message: expect.stringContaining('"instalCommand" is not an option'),
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
