import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitFailed } from './compare-errors.js';

/** How {@link git} runs. */
export interface GitOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** Longest time of one command, in milliseconds: the checkout of a large repository takes its time. */
const TIMEOUT = 300_000;

/** Set where git itself runs us, as in a hook; there they would stand for another repository or index than that of `cwd`. */
const FOREIGN =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|PREFIX|NAMESPACE)$/;

/**
 * Runs git, without a shell, and gives what it printed, without the line's end.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_GIT_FAILED`; the reason of the signal when it is aborted
 */
export async function git(args: readonly string[], { cwd, signal }: GitOptions): Promise<string> {
  signal?.throwIfAborted();
  try {
    const { stdout } = await promisify(execFile)('git', args, {
      cwd,
      signal,
      timeout: TIMEOUT,
      env: { ...ownEnvironment(), GIT_TERMINAL_PROMPT: '0' },
      windowsHide: true,
    });
    return stdout.replace(/\r?\n$/, '');
  } catch (cause) {
    signal?.throwIfAborted();
    throw gitFailed(args[0] ?? '', problemOf(cause), cause);
  }
}

/** The environment of this process, without what git has put there for itself. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
}

function problemOf(cause: unknown): string {
  const said: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'stderr') : undefined;
  if (typeof said === 'string' && said.trim() !== '') return said.trim().slice(-2_000);
  return cause instanceof Error ? cause.message : String(cause);
}
