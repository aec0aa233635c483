import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDataFolder, removeDataFolder } from './data-folder.js';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'dist', 'apps', 'sample', 'demo', 'main.js');

/** In requests a second, and in seconds. */
const [RATE, SECONDS] = [50, 8];

let directory: string;
let demo: ChildProcess | undefined;

beforeEach(async () => {
  directory = await makeDataFolder();
});

afterEach(async () => {
  if (demo?.exitCode === null && demo.kill()) await once(demo, 'exit');
  await removeDataFolder(directory);
}, 60_000);

/** Runs the built program to its end. */
async function runDemo(...args: readonly string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ATLAS_DIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  demo = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  await once(child, 'close');
  return { exitCode: child.exitCode, output };
}

const numberIn = (text: string | undefined): number => Number(text?.replaceAll(',', ''));

describe('npm run demo', () => {
  it('kills a replica under load, finds every answer right, says so, and leaves nothing running', async () => {
    const file = join(directory, 'figures.json');
    const { exitCode, output } = await runDemo('--rate', `${RATE}`, '--seconds', `${SECONDS}`, '--json', file);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });

    const [, killed] = /: replica (\S+) killed \(SIGKILL\)\n/.exec(output) ?? [];
    expect(output).toContain(`: replica ${killed} started again\n`);
    expect(output).toContain(`: replica ${killed} is ready\n`);
    const replicas = [...output.matchAll(/^ (127\.0\.0\.1:\d+) +\d+ +[\d.]+ %(.*)$/gm)];
    expect(replicas).toHaveLength(3);
    const away = replicas.filter(([, , note]) => note?.includes('away from'));
    expect(away.map(([, instance]) => instance)).toEqual([killed]);

    const [, reads] = /^ all reads +([\d,]+) +0 +0 /m.exec(output) ?? [];
    const [, writes] = /^ all writes +([\d,]+) /m.exec(output) ?? [];
    expect(numberIn(reads) + numberIn(writes)).toBe(RATE * SECONDS);
    expect(output).toContain('At the end the check-ins of 200 users were what was written, each once.');
    expect(output).toMatch(/^ all +135,233 +\d+$/m);
    expect(output).toContain(`\n PASSED: ${reads} reads, none failed, none wrong, with a replica killed.\n`);
    const figures: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(figures).toMatchObject({ reasons: [], reads: { all: { requests: numberIn(reads), failed: 0, wrong: 0 } } });

    for (const [, instance] of replicas) expect(await isOpen(instance)).toBe(false);
    expect(existsSync(join(directory, 'postgres', 'postgres', 'postmaster.pid'))).toBe(false);
  }, 180_000);
});

/** Whether anything listens there. */
function isOpen(address = ''): Promise<boolean> {
  const [host = '', port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
