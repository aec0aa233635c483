import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { unknownRevision, worktreeNotRemoved } from './compare-errors.js';
import { git } from './git.js';

/** What a {@link Worktree} is made of. */
export interface WorktreeOptions {
  /** A folder within the repository. */
  readonly repository: string;
  /** A branch, tag or commit. */
  readonly revision: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A revision of a repository, checked out beside it in a temporary folder. The repository's own files, index and
 * branches are not touched. Submodules are not checked out, and no hook is run.
 */
export class Worktree {
  /** The root of the repository. */
  readonly repository: string;
  /** The root of the checkout. */
  readonly folder: string;
  /** The commit that is checked out. */
  readonly commit: string;
  /** Around the checkout, so that its name is nobody else's. */
  readonly #parent: string;
  #isAdded = false;

  private constructor(repository: string, parent: string, commit: string) {
    this.repository = repository;
    this.#parent = parent;
    this.folder = join(parent, 'worktree');
    this.commit = commit;
  }

  /**
   * Checks `revision` out, lets `work` use it, and removes it again, whatever happens.
   *
   * @throws what `work` throws; the reason of the signal when it is aborted; EnvolError
   *   `ENVOL_BENCHMARK_UNKNOWN_REVISION`, `ENVOL_BENCHMARK_GIT_FAILED`, `ENVOL_BENCHMARK_WORKTREE_NOT_REMOVED`
   */
  static async use<T>(options: WorktreeOptions, work: (worktree: Worktree) => Promise<T>): Promise<T> {
    const { repository, revision, signal } = options;
    const root = await realpath(await git(['rev-parse', '--show-toplevel'], { cwd: repository, signal }));
    const commit = await commitOf(revision, root, signal);
    const parent = await mkdtemp(join(await realpath(tmpdir()), 'envol-benchmark-'));
    const worktree = new Worktree(root, parent, commit);
    let result: T;
    try {
      await worktree.#checkOut(signal);
      result = await work(worktree);
    } catch (error) {
      // What went wrong first is what is told.
      await worktree.#remove().catch(() => {});
      throw error;
    }
    await worktree.#remove();
    return result;
  }

  /** Where a file or folder of the repository is in this checkout, if it is there; `undefined` for one of elsewhere. */
  async counterpart(path: string): Promise<string | undefined> {
    const within = relative(this.repository, await realpath(path));
    const isElsewhere = within.split(/[\\/]/)[0] === '..' || isAbsolute(within);
    return isElsewhere ? undefined : join(this.folder, within);
  }

  async #checkOut(signal: AbortSignal | undefined): Promise<void> {
    const args = ['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--detach', '--quiet', this.folder, this.commit];
    await git(args, { cwd: this.repository, signal });
    this.#isAdded = true;
  }

  /** Not to be interrupted: it has no signal. Other worktrees, also those whose folder is away, stay as they are. */
  async #remove(): Promise<void> {
    try {
      await rm(this.#parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      if (this.#isAdded) await git(['worktree', 'remove', '--force', this.folder], { cwd: this.repository });
    } catch (cause) {
      throw worktreeNotRemoved(this.folder, cause);
    }
  }
}

async function commitOf(revision: string, cwd: string, signal: AbortSignal | undefined): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  return git(args, { cwd, signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unknownRevision(revision, cwd, cause);
  });
}
