import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { systemClock } from '@envol/common/core';
import { resolveRunOptions } from '../benchmark-options.js';
import { runForks } from '../forks/run-forks.js';
import type { Suite } from '../forks/suite-host.js';
import { startWatchdog } from '../forks/watchdog.js';
import { outsideRepository } from './compare-errors.js';
import { measureAgainst, type RevisionRun } from './measure-against.js';
import { resolveRevisionOptions, type ResolvedRevisionOptions, type RunAgainstOptions } from './run-against-options.js';
import { runShellCommand } from './shell-command.js';
import { Worktree } from './worktree.js';

/**
 * Compares suites with what they were in a revision of their git repository. The revision is checked out, installed and
 * built in a temporary folder, which is removed again whatever happens; then each suite is measured as it is and as it
 * was, in interleaved forks of one run.
 *
 * A benchmark has `regressed` or `improved` only beyond the threshold, and beyond the noise of this run where that is
 * larger; for the rest of the rule see `compareReports`.
 *
 * @param suites what `loadSuites` gives for files of the repository
 * @param revision a branch, tag or commit
 * @returns a run for each suite, in their order
 * @throws the reason of the signal when it is aborted; EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`,
 *   `ENVOL_BENCHMARK_UNKNOWN_REVISION`, `ENVOL_BENCHMARK_OUTSIDE_REPOSITORY`, `ENVOL_BENCHMARK_COMMAND_FAILED`,
 *   `ENVOL_BENCHMARK_GIT_FAILED`, `ENVOL_BENCHMARK_WORKTREE_NOT_REMOVED`
 */
export async function runAgainst(
  suites: readonly Suite[],
  revision: string,
  options: RunAgainstOptions = {},
): Promise<readonly RevisionRun[]> {
  const { repository, installCommand, buildCommand, commandTimeout, onStep, ...forRuns } = options;
  const prepared = resolveRevisionOptions({ repository, installCommand, buildCommand, commandTimeout, onStep });
  const runs = suites.map((suite) => ({ suite, run: resolveRunOptions(suite.options, forRuns) }));
  const { signal } = forRuns;
  prepared.onStep?.('checkout');
  return Worktree.use({ repository: prepared.repository, revision, signal }, async (worktree) => {
    const files = new Map<Suite, string>();
    for (const suite of suites) files.set(suite, await fileIn(worktree, suite));
    await prepare(worktree.folder, prepared, signal);
    prepared.onStep?.('measure');
    const { commit, folder } = worktree;
    const cwd = existing(await worktree.counterpart(process.cwd())) ?? folder;
    const results: RevisionRun[] = [];
    for (const { suite, run } of runs) {
      const file = existing(files.get(suite));
      const base = { commit, file: file === undefined ? undefined : pathToFileURL(file).href, cwd };
      results.push(await measureAgainst(suite, base, { run, runForks }));
    }
    return results;
  });
}

async function fileIn(worktree: Worktree, { file }: Suite): Promise<string> {
  const path = fileURLToPath(file);
  const counterpart = await worktree.counterpart(path);
  if (counterpart === undefined) throw outsideRepository(path, worktree.repository);
  return counterpart;
}

async function prepare(
  folder: string,
  { installCommand, buildCommand, commandTimeout, onStep }: ResolvedRevisionOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const watchdog = startWatchdog();
  const surroundings = { cwd: folder, timeout: commandTimeout, signal, watchdog, clock: systemClock };
  try {
    if (installCommand !== false) {
      onStep?.('install');
      await runShellCommand(installCommand, surroundings);
    }
    if (buildCommand !== undefined) {
      onStep?.('build');
      await runShellCommand(buildCommand, surroundings);
    }
  } finally {
    watchdog.close();
  }
}

function existing(path: string | undefined): string | undefined {
  return path !== undefined && existsSync(path) ? path : undefined;
}
