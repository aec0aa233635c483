import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../binaries/path-search.js';
import { uniqueName } from '../process/folders.js';
import type { InstallPlan } from '../service.js';
import { aptSettings, installFailed, runApt } from './apt-command.js';
import { packageLists, type PackageLists } from './package-lists.js';

/** Whether this is Debian, Ubuntu or one of their kin. */
export function hasApt(): boolean {
  return findOnPath('apt-get') !== undefined && findOnPath('dpkg') !== undefined;
}

/**
 * Downloads Debian packages, and those they depend on that are not installed, and unpacks them into `target`. Nothing
 * is installed: no package database changes, no maintainer script runs. Needs no root: lists of packages that the
 * system lacks are fetched into a working folder beside `target`.
 *
 * @param tell says what is done, one line each
 * @throws EnvolError `ENVOL_SERVICES_INSTALL_FAILED` with apt's own words
 */
export async function unpackDebianPackages(
  plan: Pick<InstallPlan, 'apt' | 'debianSuite'>,
  target: string,
  tell: (line: string) => void,
): Promise<void> {
  const work = `${target}-${uniqueName()}`;
  const [cache, tree] = [join(work, 'cache'), join(work, 'tree')];
  try {
    mkdirSync(work, { recursive: true, mode: 0o700 }); // the address of a mirror may have a password in it
    for (const folder of [join(cache, 'archives/partial'), tree]) mkdirSync(folder, { recursive: true });
    const options = aptSettings({
      'Dir::Cache': cache,
      'Debug::NoLocking': '1',
      'APT::Sandbox::User': 'root',
      'Acquire::Retries': '3',
    });
    const debs = await downloadFromAny(packageLists(options, work, plan.debianSuite), plan.apt, work, tell);
    for (const deb of readdirSync(debs)) await runApt('dpkg', ['-x', join(debs, deb), tree], work);
    rmSync(target, { recursive: true, force: true });
    renameSync(tree, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Resolves with the folder that has the packages, and no others. */
async function downloadFromAny(
  lists: AsyncIterable<PackageLists>,
  packages: readonly string[],
  work: string,
  tell: (line: string) => void,
): Promise<string> {
  const failures: string[] = [];
  for await (const { name, options, fetch } of lists) {
    const folder = join(work, `debs-${failures.length}`);
    mkdirSync(folder);
    try {
      if (fetch) tell(`fetching ${name}`);
      await fetch?.();
      const exact = await exactPackages(packages, options, folder);
      tell(`apt-get download ${exact.join(' ')}`);
      await runApt('apt-get', [...options, 'download', ...exact], folder);
      return folder;
    } catch (error) {
      failures.push(`${name} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  throw installFailed(`apt gives no ${packages.join(', ')}. Tried ${failures.join('; ')}.`);
}

/** The packages, and what they need that is not installed, as NAME=VERSION. */
async function exactPackages(packages: readonly string[], options: readonly string[], cwd: string): Promise<string[]> {
  const wanted = ['install', '--simulate', '--reinstall', '--no-install-recommends', ...packages];
  const plan = await runApt('apt-get', [...options, ...wanted], cwd);
  const exact = [...plan.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+)/gm)].map(
    ([, name, version]) => `${name}=${version}`,
  );
  // apt reports no error for an installed package that it knows no source of.
  const absent = packages.filter((name) => !exact.some((found) => found.startsWith(`${name}=`)));
  if (absent.length > 0) throw installFailed(`no source of ${absent.join(', ')}`);
  return exact;
}
