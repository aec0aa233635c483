import type { Clock } from '@envol/common/core';
import { crashed, timedOut } from './fork-failures.js';
import { ForkProcess } from './fork-process.js';
import type { ForkTask } from './fork-protocol.js';
import type { ForkOutcome } from './fork-subject.js';
import type { Watchdog } from './watchdog.js';

/** What {@link runFork} needs beside the task. */
export interface RunForkOptions {
  /** Working directory. Default: that of this process. */
  readonly cwd?: string | undefined;
  /** Longest time in milliseconds; the process is killed when it takes longer. */
  readonly timeLimit: number;
  readonly signal?: AbortSignal | undefined;
  readonly watchdog: Watchdog;
  readonly clock: Clock;
}

/**
 * Measures one benchmark in a process of its own, which has ended when this settles.
 *
 * @throws the reason of the signal when it is aborted
 */
export async function runFork(task: ForkTask, options: RunForkOptions): Promise<ForkOutcome> {
  const { cwd, timeLimit, signal, watchdog, clock } = options;
  signal?.throwIfAborted();
  const fork = new ForkProcess(task, cwd);
  const { pid } = fork;
  if (pid !== undefined) watchdog.watch(pid);
  let isTooLate = false;
  const kill = (): void => fork.kill();
  const timer = clock.setTimeout(() => {
    isTooLate = true;
    kill();
  }, timeLimit);
  signal?.addEventListener('abort', kill, { once: true });
  const end = await fork.end();
  timer.cancel();
  signal?.removeEventListener('abort', kill);
  if (pid !== undefined) watchdog.forget(pid);
  signal?.throwIfAborted();
  return end.outcome ?? (isTooLate ? timedOut(end, timeLimit) : crashed(end));
}
