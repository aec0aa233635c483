// npm run test:matrix [-- MAJOR ...]: builds, then runs every test on each supported line of Node. The binaries come
// from npm's packages node-<platform>-<arch> and stay in the cache folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const LINES = ['20', '22', '24', '26'];
const asked = process.argv.slice(2);
const unknown = asked.filter((line) => !LINES.includes(line));
if (unknown.length > 0) {
  console.error(`Not a line of Node that Envol supports: ${unknown.join(', ')}. There are ${LINES.join(', ')}.`);
  process.exit(2);
}

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'envol', 'node');
const platform = process.platform === 'win32' ? 'win' : process.platform;
const results = (asked.length > 0 ? asked : LINES).map(testOn);
console.log(`\n${results.map(({ version, ok }) => `Node ${version}: ${ok ? 'green' : 'RED'}`).join('\n')}`);
process.exit(results.every(({ ok }) => ok) ? 0 : 1);

function testOn(line) {
  const { version, bin } = nodeOf(line);
  console.log(`\n=== Node ${version}`);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status } = spawnSync('npm', ['test'], { stdio: 'inherit', env });
  return { version, ok: status === 0 };
}

/** The newest version of a line, downloaded once. */
function nodeOf(line) {
  const name = `node-${platform}-${process.arch}`;
  const found = JSON.parse(run('npm', 'view', `${name}@${line}`, 'version', '--json'));
  const inOrder = new Intl.Collator('en', { numeric: true });
  const version = [found].flat().toSorted(inOrder.compare).at(-1);
  const folder = join(cache, version);
  if (!existsSync(folder)) download(`${name}@${version}`, folder);
  return { version, bin: join(folder, 'package', 'bin') };
}

function download(spec, folder) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'download-'));
  try {
    const [{ filename }] = JSON.parse(run('npm', 'pack', spec, '--json', '--pack-destination', work));
    run('tar', '-xzf', join(work, filename), '-C', work);
    rmSync(join(work, filename));
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
