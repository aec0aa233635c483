import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolders, libraryEnv } from '../binaries/cache-folder.js';
import { copyTree } from '../binaries/copy-tree.js';
import { executableName, findOnPath, isExecutable } from '../binaries/path-search.js';
import { missing } from '../errors.js';
import { canEnter, type Account } from '../process/account.js';
import { childEnv } from '../process/child-env.js';
import { sharedFolder } from '../process/folders.js';
import { NPM_HAS_PLATFORM, NPM_PACKAGE, npmBinFolder, npmPackageFolder } from './npm-package.js';

export interface PostgresBinaries {
  /** The folder with initdb and postgres. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
  /** 18 of 18.4. */
  readonly major: number;
}

/** `npm`: the platform package; `system`: everything but that. */
export type BinariesChoice = 'npm' | 'system';

/** A place to look in: says in words where, and gives a bin folder if there is one. */
interface Source {
  readonly where: string;
  readonly find: (account: Account | undefined) => Promise<Omit<PostgresBinaries, 'major'> | undefined>;
}

/** Finds binaries that really run on this machine. As root they must be usable by `account`. */
export async function findPostgres(
  account: Account | undefined,
  choice: BinariesChoice | undefined,
): Promise<PostgresBinaries> {
  const looked = choice === 'npm' || process.env[ENV] ? [] : [`${ENV} (not set)`];
  for (const { where, find } of sources(choice)) {
    const found = await find(account);
    if (found === undefined) {
      looked.push(where);
    } else if (canEnter(found.bin, account)) {
      const version = await versionOf(found);
      if (typeof version === 'number') return { ...found, major: version };
      looked.push(`${where}: it does not run here (${version})`);
    } else {
      looked.push(`${where}: uid ${account?.uid} cannot enter ${found.bin}`);
    }
    if (where.startsWith(ENV)) break; // asked for by name: never fall back in silence
  }
  throw missing(
    'PostgreSQL (initdb and postgres)',
    looked,
    NPM_HAS_PLATFORM
      ? 'Run: npm run services:install'
      : `npm has no PostgreSQL binaries for ${process.platform} on ${process.arch}: install PostgreSQL and set ${ENV} to its bin folder, or run: npm run services:install`,
  );
}

const ENV = 'ENVOL_POSTGRES_BIN';

function sources(choice: BinariesChoice | undefined): Source[] {
  const named = process.env[ENV] && resolve(process.env[ENV]);
  const fromEnv = named ? [{ where: `${ENV} (${named})`, find: async () => folder(named) }] : [];
  const npm: Source = { where: `the npm package ${NPM_PACKAGE}`, find: fromNpm };
  const installed: Source[] = [
    { where: 'the PATH', find: async () => fromPath() },
    { where: USUAL_PLACES.map(({ parent }) => `${parent}/*`).join(', '), find: async () => fromUsualPlaces() },
    ...cacheFolders()
      .map((cache) => join(cache, 'postgres'))
      .map((root) => ({
        where: root,
        find: (account: Account | undefined) => fromCache(root, account),
      })),
  ];
  if (choice === 'npm') return [npm];
  return choice === 'system' ? [...fromEnv, ...installed] : [...fromEnv, npm, ...installed];
}

async function fromNpm(account: Account | undefined) {
  const packageFolder = npmPackageFolder();
  return packageFolder === undefined ? undefined : folder(await npmBinFolder(packageFolder, account));
}

function fromPath() {
  const initdb = findOnPath('initdb');
  return initdb === undefined ? undefined : folder(dirname(realpathSync(initdb)));
}

/** Debian and Ubuntu; Homebrew. */
const USUAL_PLACES = [
  { parent: '/usr/lib/postgresql', name: /^(\d+)$/ },
  { parent: '/opt/homebrew/opt', name: /^postgresql@(\d+)$/ },
  { parent: '/usr/local/opt', name: /^postgresql@(\d+)$/ },
];

function fromUsualPlaces() {
  return USUAL_PLACES.flatMap(({ parent, name }) => newestFirst(parent, name))
    .map((version) => folder(join(version, 'bin')))
    .find((found) => found !== undefined);
}

function newestFirst(parent: string, name: RegExp): string[] {
  if (!existsSync(parent)) return [];
  const versionOfName = (entry: string): number => Number(name.exec(entry)?.[1]);
  return readdirSync(parent)
    .filter((entry) => name.test(entry))
    .toSorted((a, b) => versionOfName(b) - versionOfName(a))
    .map((entry) => join(parent, entry));
}

/** Unpacked Debian packages; copied when `account` cannot enter the cache, which may lie in a closed home folder. */
async function fromCache(root: string, account: Account | undefined) {
  const [version] = newestFirst(join(root, 'usr/lib/postgresql'), /^(\d+)$/);
  if (version === undefined) return undefined;
  if (canEnter(version, account)) return folder(join(version, 'bin'), libraryEnv(root));
  const { ctimeMs } = statSync(join(version, 'bin', 'postgres')); // another installation, another copy
  const copy = join(sharedFolder(account), `postgres-from-cache-${Math.trunc(ctimeMs)}`);
  await copyTree(root, copy);
  return folder(join(copy, version.slice(root.length), 'bin'), libraryEnv(copy));
}

function folder(bin: string, env: Record<string, string> = {}) {
  const complete = ['initdb', 'postgres'].every((name) => isExecutable(join(bin, executableName(name))));
  return complete ? { bin, env } : undefined;
}

async function versionOf({ bin, env }: Omit<PostgresBinaries, 'major'>): Promise<number | string> {
  try {
    const options = { env: childEnv(env), timeout: 10_000, windowsHide: true };
    const { stdout } = await promisify(execFile)(join(bin, executableName('postgres')), ['--version'], options);
    return Number(/(\d+)/.exec(stdout)?.[1] ?? 'NaN') || stdout.trim();
  } catch (error) {
    return String(error).trim().replaceAll(/\s+/g, ' ');
  }
}
