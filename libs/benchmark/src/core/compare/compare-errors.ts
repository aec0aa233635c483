import { EnvolError } from '@envol/common/core';

export function gitFailed(what: string, problem: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_GIT_FAILED',
    `git ${what} failed: ${problem}`,
    'Check that git is installed, and that this is a repository with that revision.',
    { cause },
  );
}

export function unknownRevision(revision: string, repository: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_UNKNOWN_REVISION',
    `${JSON.stringify(revision.slice(0, 200))} is no revision of ${repository}`,
    'Give a branch, tag or commit that is here; `git fetch` gets what is not, and shallow clones have few.',
    { cause },
  );
}

export function outsideRepository(file: string, repository: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_OUTSIDE_REPOSITORY',
    `${file} is not in ${repository}`,
    'Only benchmarks within the repository can be compared with one of its revisions.',
  );
}

/** @param output the end of what the command wrote */
export function commandFailed(command: string, problem: string, output: string): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_COMMAND_FAILED',
    `\`${command}\` ${problem} in the worktree of the revision${output === '' ? '' : `:\n${output}`}`,
    'Check the commands that install and build: they run in the root of a fresh checkout.',
  );
}

export function worktreeNotRemoved(folder: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_WORKTREE_NOT_REMOVED',
    `The worktree ${folder} could not be removed`,
    `Remove it by hand: git worktree remove --force ${folder}`,
    { cause },
  );
}
