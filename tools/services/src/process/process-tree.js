import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{ pid: number, parent: number, dead: boolean }} ProcessEntry */

/**
 * Freezes a process and all its descendants. PostgreSQL's backends lead process groups of their own, so a signal to
 * a group does not reach them. The root is frozen first: then it starts no new ones.
 *
 * @param {number} root
 * @returns {number[]} what was frozen, the root first
 */
export function pauseTree(root) {
  const frozen = [root];
  signal(root, 'SIGSTOP');
  for (;;) {
    const fresh = livingDescendants(root).filter((pid) => !frozen.includes(pid));
    if (fresh.length === 0) return frozen;
    for (const pid of fresh) signal(pid, 'SIGSTOP');
    frozen.push(...fresh);
  }
}

/** @param {number} root */
export function resumeTree(root) {
  for (const pid of [...livingDescendants(root), root]) signal(pid, 'SIGCONT');
}

/**
 * Ends a process and all its descendants with SIGKILL. A frozen root does not reap its children, so no number of the
 * tree can pass to a stranger meanwhile. Resolves when the descendants are dead; the caller awaits the root.
 *
 * @param {number} root
 */
export async function killTree(root) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(root), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  const descendants = pauseTree(root).slice(1);
  for (const pid of descendants) signal(pid, 'SIGKILL');
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && livingDescendants(root).length > 0) await delay(5);
  signal(root, 'SIGKILL');
}

/**
 * @param {number} root
 * @returns {number[]}
 */
function livingDescendants(root) {
  const processes = listProcesses();
  const family = new Set([root]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid, dead }) => pid !== root && !dead && family.has(pid)).map(({ pid }) => pid);
}

/**
 * From /proc on Linux, since slim images have no `ps`.
 *
 * @returns {ProcessEntry[]}
 */
function listProcesses() {
  if (process.platform !== 'linux') {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
    return table.split('\n').flatMap((line) => entry(line.trim().split(/\s+/)));
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return entry([name, parent, state]);
    } catch {
      return []; // it ended in between
    }
  });
}

/**
 * @param {string[]} fields
 * @returns {ProcessEntry[]}
 */
function entry([pid = '', parent = '', state = '']) {
  return pid === '' ? [] : [{ pid: Number(pid), parent: Number(parent), dead: /^[ZX]/.test(state) }];
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // it ended in between
  }
}
