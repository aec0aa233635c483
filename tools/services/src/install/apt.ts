import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EnvolError } from '@envol/common';
import { findOnPath } from '../binaries/path-search.js';
import { uniqueName } from '../process/folders.js';

const TIMEOUT_MS = 600_000;

/** Whether this is Debian, Ubuntu or one of their kin. */
export function hasApt(): boolean {
  return findOnPath('apt-get') !== undefined && findOnPath('dpkg') !== undefined;
}

/**
 * Downloads Debian packages, and those they depend on that are not installed, and unpacks them into `target`. Nothing
 * is installed: no package database changes, no maintainer script runs. Needs no root: if the system's package lists
 * are empty or stale, lists of our own are fetched into a working folder beside `target`.
 *
 * @param tell says what is done, one line each
 * @throws EnvolError `ENVOL_SERVICES_INSTALL_FAILED` with apt's own words
 */
export async function unpackDebianPackages(
  packages: readonly string[],
  target: string,
  tell: (line: string) => void,
): Promise<void> {
  const work = `${target}-${uniqueName()}`;
  const [cache, lists] = [join(work, 'cache'), join(work, 'lists')];
  const [debs, tree] = [join(work, 'debs'), join(work, 'tree')];
  try {
    for (const folder of [join(cache, 'archives/partial'), join(lists, 'partial'), debs, tree]) {
      mkdirSync(folder, { recursive: true });
    }
    const system = ['-o', `Dir::Cache=${cache}`, '-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=root'];
    await download(packages, debs, system, tell).catch(async () => {
      tell('the package lists of this system do not do: fetching our own (apt-get update)');
      const own = [...system, '-o', `Dir::State::lists=${lists}`];
      await run('apt-get', [...own, 'update'], work);
      await download(packages, debs, own, tell);
    });
    for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), tree], work);
    rmSync(target, { recursive: true, force: true });
    renameSync(tree, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function download(
  packages: readonly string[],
  folder: string,
  options: readonly string[],
  tell: (line: string) => void,
): Promise<void> {
  const wanted = ['install', '--simulate', '--reinstall', '--no-install-recommends', ...packages];
  const plan = await run('apt-get', [...options, ...wanted], folder);
  const exact = [...plan.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+)/gm)].map(
    ([, name, version]) => `${name}=${version}`,
  );
  tell(`apt-get download ${exact.join(' ')}`);
  await run('apt-get', [...options, 'download', ...exact], folder);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)(program, args, { cwd, env, timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const hasOutput = typeof error === 'object' && error !== null && 'stderr' in error;
    const said = hasOutput ? String(error.stderr).trim() : String(error);
    throw new EnvolError(
      'ENVOL_SERVICES_INSTALL_FAILED',
      `${program} failed: ${said}`,
      'Check the network and the sources of apt, or install the packages by hand.',
      { cause: error },
    );
  }
}
