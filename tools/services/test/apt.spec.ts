import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { unpackDebianPackages } from '../src/install/apt.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

const PLAN = { apt: ['consul'], debianSuite: 'bullseye' };

/** What the apt-get of these tests does: which lists know of the package, and which mirrors serve the release. */
interface Behaviour {
  /** The output of a simulated installation, by what the arguments have in them; the first that fits. */
  readonly plans: readonly (readonly [has: string, output: string])[];
  /** What it says of the lists that it was told to fetch, by the same rule; default nothing. */
  readonly updateErrors?: readonly (readonly [has: string, error: string])[];
}

describe('getting Debian packages', () => {
  const environment = { ...process.env };
  let temporary = '';
  let lines: string[] = [];

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
    lines = [];
    process.env['PATH'] = [join(temporary, 'bin'), environment['PATH']].join(delimiter);
  });
  afterEach(() => {
    process.env = { ...environment };
    rmSync(temporary, { recursive: true });
  });

  /** Puts an apt-get and a dpkg on the PATH that touch no network. Sources lists are part of what `has` looks at. */
  function fakeApt({ plans, updateErrors = [] }: Behaviour): void {
    const cases = (entries: readonly (readonly [string, string])[], action: (text: string) => string): string =>
      entries.map(([has, text]) => `    *'${has}'*) ${action(text)} ;;`).join('\n');
    program(
      'apt-get',
      `all="$*"
sources=$(printf '%s\\n' "$@" | sed -n 's/^Dir::Etc::SourceList=//p')
[ -n "$sources" ] && all="$all $(cat "$sources")"
echo "$all" >> '${temporary}/calls'
case "$all" in
  *indextargets*)
    echo 'nodistro http://third.example/'
    echo 'bookworm http://mirror.example/debian/'
    echo 'bookworm-updates http://mirror.example/debian/' ;;
  *' update'*) case "$all" in
${cases(updateErrors, (error) => `echo '${error}' >&2; exit 100`)}
    *) ;;
    esac ;;
  *--simulate*) case "$all" in
${cases(plans, (output) => `echo '${output}'`)}
    *) echo 'W: a warning' >&2; echo 'E: Unable to locate package consul' >&2; exit 100 ;;
    esac ;;
  *' download '*) touch consul.deb ;;
esac`,
    );
    program('dpkg', `mkdir -p "$3/usr/bin" && cp "$2" "$3/usr/bin/consul"`);
  }

  function program(name: string, script: string): void {
    mkdirSync(join(temporary, 'bin'), { recursive: true });
    writeFileSync(join(temporary, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  const target = (): string => join(temporary, 'cache/consul');
  const unpack = async (): Promise<void> => {
    mkdirSync(join(temporary, 'cache'), { recursive: true });
    await unpackDebianPackages(PLAN, target(), (line) => lines.push(line));
  };
  const calls = (): string => readFileSync(join(temporary, 'calls'), 'utf8');

  it('takes what the lists of this system have, and asks no mirror', async () => {
    fakeApt({
      plans: [['install', 'Inst pipexec (2.5 Debian:12 [amd64])\nInst consul [1.7] (1.8.7+b3 Debian:12 [amd64])']],
    });
    await unpack();
    expect(lines).toEqual(['apt-get download pipexec=2.5 consul=1.8.7+b3']);
    expect(readdirSync(join(target(), 'usr/bin'))).toEqual(['consul']);
    expect(readdirSync(join(temporary, 'cache'))).toEqual(['consul']);
    expect(calls()).not.toMatch(/ update|indextargets/);
  });

  it('takes another release of Debian from the mirror of this system when its own has no such package', async () => {
    fakeApt({ plans: [['http://mirror.example/debian/ bullseye main', 'Inst consul (1.8.7 Debian:11 [amd64])']] });
    await unpack();
    expect(lines).toEqual(['fetching the Debian release bullseye', 'apt-get download consul=1.8.7']);
    expect(existsSync(join(target(), 'usr/bin/consul'))).toBe(true);
    const update =
      calls()
        .split('\n')
        .find((call) => call.includes(' update')) ?? '';
    expect(update).toContain(`Dir::State::Lists=${temporary}/cache/consul-`); // and not those of the system
    expect(update).toContain('Dir::Etc::SourceParts=/dev/null');
    expect(calls()).not.toContain('third.example'); // the mirror of the release itself comes first
  });

  it('asks the next mirror when one does not serve that release', async () => {
    fakeApt({
      plans: [['http://third.example/ bullseye', 'Inst consul (1.8.7 Debian:11 [amd64])']],
      updateErrors: [['http://mirror.example', 'E: The repository does not have a Release file.']],
    });
    await unpack();
    expect(lines).toEqual([
      'fetching the Debian release bullseye',
      'fetching the Debian release bullseye',
      'apt-get download consul=1.8.7',
    ]);
  });

  it('fetches lists of its own when those of the system are empty', async () => {
    fakeApt({ plans: [['/lists/system', 'Inst consul (1.8.7 Debian:12 [amd64])']] });
    await unpack();
    expect(lines.slice(-2)).toEqual(['fetching fresh package lists of this system', 'apt-get download consul=1.8.7']);
  });

  it('does not take an installed package without a source for success', async () => {
    fakeApt({
      plans: [
        ['/lists/system', 'Inst consul [1.8.7] (1.8.7 Debian:12 [amd64])'],
        ['install', 'Reinstallation of consul is not possible, it cannot be downloaded.'],
      ],
    });
    await unpack();
    expect(lines.at(-1)).toBe('apt-get download consul=1.8.7');
  });

  it('says in one line what each source answered when none has it, and leaves nothing', async () => {
    fakeApt({ plans: [], updateErrors: [['bullseye', 'W: x\nE: The release is gone.\nE: Signed by nobody.']] });
    await expect(unpack()).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_INSTALL_FAILED',
      message:
        'apt gives no consul. Tried ' +
        'the package lists of this system (apt-get failed: E: Unable to locate package consul); ' +
        'the Debian release bullseye (apt-get failed: E: The release is gone. E: Signed by nobody.); ' +
        'the Debian release bullseye (apt-get failed: E: The release is gone. E: Signed by nobody.); ' +
        'fresh package lists of this system (apt-get failed: E: Unable to locate package consul).',
    });
    expect(readdirSync(join(temporary, 'cache'))).toEqual([]);
  });
});
