import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptSettings, runApt } from './apt-command.js';

/** Lists that tell apt which packages there are and where. */
export interface PackageLists {
  /** In words. */
  readonly name: string;
  /** Makes apt use them. */
  readonly options: readonly string[];
  /** Fetches them. */
  readonly fetch?: () => Promise<void>;
}

/** The keys that sign every release of Debian. Where it is missing, apt uses the keys it trusts anyway. */
const DEBIAN_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * All lists to try, best first: those of this system as they are; those of a release of Debian, from the mirrors this
 * system has; those of this system, fetched anew, as the ones it has may be empty or stale.
 *
 * @param options what apt needs in any case
 * @param work a folder for the lists that are fetched
 */
export async function* packageLists(
  options: readonly string[],
  work: string,
  debianSuite: string | undefined,
): AsyncGenerator<PackageLists> {
  yield { name: 'the package lists of this system', options };
  if (debianSuite !== undefined) yield* await listsOfSuite(options, work, debianSuite);
  const anew = [...options, ...aptSettings({ 'Dir::State::Lists': listsFolder(work, 'system') })];
  yield { name: 'fresh package lists of this system', options: anew, fetch: () => update(anew, work) };
}

/** One for each mirror: a mirror that has this system's packages need not have those of another release. */
async function listsOfSuite(options: readonly string[], work: string, suite: string): Promise<PackageLists[]> {
  const mirrors = await mirrorsOfSystem(options, work);
  return mirrors.map((mirror, index) => {
    const sources = join(work, `${suite}-${index}.list`);
    const signedBy = existsSync(DEBIAN_KEYS) ? `[signed-by=${DEBIAN_KEYS}] ` : '';
    writeFileSync(sources, `deb ${signedBy}${mirror} ${suite} main\n`);
    const own = [
      ...options,
      ...aptSettings({
        'Dir::Etc::SourceList': sources,
        'Dir::Etc::SourceParts': '/dev/null',
        'Dir::State::Lists': listsFolder(work, `${suite}-${index}`),
      }),
    ];
    return { name: `the Debian release ${suite}`, options: own, fetch: () => update(own, work) };
  });
}

/** The archives that apt fetches this system's packages from, that of the release itself first. */
async function mirrorsOfSystem(options: readonly string[], work: string): Promise<string[]> {
  const format = ['--format', '$(RELEASE) $(REPO_URI)'];
  const query = [...options, 'indextargets', '--no-release-info', 'Created-By: Packages', 'Component: main', ...format];
  const targets = (await runApt('apt-get', query, work)).split('\n').filter((line) => line.includes(' '));
  const release = codename();
  const first = targets.filter((target) => target.startsWith(`${release} `));
  return [...new Set([...first, ...targets].map((target) => target.slice(target.indexOf(' ') + 1)))];
}

function codename(): string | undefined {
  const file = '/etc/os-release';
  return existsSync(file) ? /^VERSION_CODENAME=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}

function listsFolder(work: string, name: string): string {
  const folder = join(work, 'lists', name);
  mkdirSync(join(folder, 'partial'), { recursive: true });
  return folder;
}

async function update(options: readonly string[], cwd: string): Promise<void> {
  await runApt('apt-get', [...options, 'update'], cwd);
}
