import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../', import.meta.url);
/** @type {Record<string, string>} */
const PINNED = readJson('package.json').dependencies;

/** What a subject is called in results: `ours`, `floor`, or a package of bench/package.json with its version. */
export function labelOf(subject) {
  if (subject === 'ours' || subject === 'floor') return subject;
  const version = PINNED[subject];
  if (version === undefined) throw new Error(`${subject} is not among the dependencies of bench/package.json`);
  return `${subject}@${version}`;
}

/** Installs the peers unless the versions that package.json names are there. */
export function installPeers() {
  if (Object.entries(PINNED).every(([name, version]) => installedVersion(name) === version)) return;
  console.error('The peers are installed into bench/node_modules (npm ci): once, and when a version changes.');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(FOLDER),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

function installedVersion(name) {
  const path = `node_modules/${name}/package.json`;
  return existsSync(new URL(path, FOLDER)) ? readJson(path).version : undefined;
}

function readJson(path) {
  return JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8'));
}
