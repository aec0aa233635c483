import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** Waits for a condition; the deadline is for a machine in trouble, not an expectation. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so after 30 s: ${what}`);
    await delay(20);
  }
}

/** A server, its supervisor and all processes below. */
export function family(server: number): number[] {
  const supervisor = processTable().find(({ pid }) => pid === server)?.parent;
  if (supervisor === undefined) throw new Error(`there is no process ${server}`);
  return [supervisor, ...descendants(supervisor)];
}

/** All processes below one. */
export function descendants(root: number): number[] {
  const table = processTable();
  const found = new Set([root]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

function processTable(): { pid: number; parent: number }[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent };
  });
}

export function isAlive(pid: number): boolean {
  return /^[^ZX]/.test(processState(pid));
}

/** As `ps` says it: T is frozen, Z is dead and not yet reaped; empty when there is no such process. */
export function processState(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Sends text to a server and resolves with the start of what comes back; empty when it only closes the connection. */
export function say(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(20_000, () => socket.destroy(new Error('timeout')));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject).once('close', () => resolve(''));
  });
}

/** Sends one inline command to a Redis and resolves with the start of the answer. */
export function redisCommand(port: number, command: string): Promise<string> {
  return say(port, `${command}\r\n`);
}

/** Runs one statement on a connection of its own; resolves with the first column. */
export async function sql(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
    return rows.map(([first]) => first);
  } finally {
    await client.end();
  }
}

/** The folder a server works in. */
export function folderOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/cwd`);
}
