import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '@envol/common/core';
import { killGroup } from '../forks/kill-group.js';
import type { Watchdog } from '../forks/watchdog.js';
import { commandFailed } from './compare-errors.js';
import { ownEnvironment } from './git.js';

/** How {@link runShellCommand} runs. */
export interface ShellCommandOptions {
  readonly cwd: string;
  /** Longest time in milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Ends it when this process is killed. */
  readonly watchdog: Watchdog;
  readonly clock: Clock;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** So many characters of the output are told. */
const OUTPUT = 4_000;
/** Longest wait for output after the end, in milliseconds: another process may hold the stream. */
const LAST_OUTPUT = 1_000;

/**
 * Runs a command in the shell, as its user would. When this settles, it and what it started have ended.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_COMMAND_FAILED` with the end of its output; the reason of the signal when it is aborted
 */
export async function runShellCommand(command: string, options: ShellCommandOptions): Promise<void> {
  const { cwd, timeout, signal, watchdog, clock } = options;
  signal?.throwIfAborted();
  // A group of its own, so that what it starts ends with it.
  const detached = process.platform !== 'win32';
  const child = spawn(command, {
    cwd,
    shell: true,
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ownEnvironment(),
    windowsHide: true,
  });
  const output = lastOutput(child);
  const { pid } = child;
  if (pid !== undefined) watchdog.watch(pid);
  let isTooLate = false;
  const kill = (): void => killChild(child);
  const timer = clock.setTimeout(() => {
    isTooLate = true;
    kill();
  }, timeout);
  signal?.addEventListener('abort', kill, { once: true });
  const problem = await endOf(child);
  timer.cancel();
  signal?.removeEventListener('abort', kill);
  if (pid !== undefined) watchdog.forget(pid);
  signal?.throwIfAborted();
  if (isTooLate) throw commandFailed(command, `took longer than ${timeout} ms`, output());
  if (problem !== undefined) throw commandFailed(command, problem, output());
}

function lastOutput(child: Child): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT);
    });
  }
  return () => output.trim();
}

/** Resolves when it has ended and all of its output is here: with what is wrong, or `undefined`. */
function endOf(child: Child): Promise<string | undefined> {
  return new Promise((resolve) => {
    let problem: string | undefined;
    child.once('exit', (code, signal) => {
      if (code !== 0) problem = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      killChild(child);
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), LAST_OUTPUT).unref();
    });
    child.once('error', ({ message }) => resolve(`could not be started: ${message}`));
    child.once('close', () => resolve(problem));
  });
}

function killChild({ pid }: Child): void {
  if (pid !== undefined) killGroup(pid);
}
