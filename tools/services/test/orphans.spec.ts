import { mkdtempSync, chmodSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startParent, type Parent } from './fixtures/start-parent.js';
import { descendants, family, isAlive, until } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

const ALL = [
  ['redis', {}],
  ['postgres', {}],
  ['consul', {}],
  ['memcached', { sasl: { username: 'user', password: 'word' } }],
  ['redis-cluster', {}],
] as const;
/** One for each supervisor. */
const FOLDERS = ALL.length + 2;

describe('after SIGKILL of the process that started the servers', () => {
  let temporary = '';
  let parent: Parent | undefined;

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
    chmodSync(temporary, 0o755);
  });
  afterEach(() => void parent?.child.kill('SIGKILL'));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  /** All but the copy of the binaries, which is there to stay. */
  const left = (): string[] => readdirSync(temporary).filter((name) => !name.startsWith('envol-services-'));

  it.each([
    ['running', false],
    ['paused', true],
  ])('no process and no folder is left of %s servers', async (_, pause) => {
    parent = startParent({ start: ALL, pause }, { TMPDIR: temporary });
    const services = await parent.services;
    const processes = services.flatMap(({ pids }) => pids.flatMap(family));
    expect(processes.filter(isAlive).length).toBeGreaterThan(2 * FOLDERS);
    expect(left()).toHaveLength(FOLDERS);
    parent.child.kill('SIGKILL');
    await until(() => processes.every((pid) => !isAlive(pid)), 'every process has ended');
    await until(() => left().length === 0, 'every folder is gone');
  });

  it('nothing is left when it happens while PostgreSQL is still being set up', async () => {
    parent = startParent({ start: [['postgres', {}]] }, { TMPDIR: temporary });
    parent.services.catch(() => undefined);
    await until(() => left().length > 0, 'the data folder is being made');
    const processes = descendants(parent.child.pid ?? 0);
    expect(processes).not.toEqual([]);
    parent.child.kill('SIGKILL');
    await until(() => processes.every((pid) => !isAlive(pid)), 'every process has ended');
    await until(() => left().length === 0, 'every folder is gone');
  });

  it('data in a folder of the user stays, and is whole', async () => {
    const dataDir = join(temporary, 'mine');
    parent = startParent({ start: [['postgres', { dataDir }]] }, { TMPDIR: temporary });
    const processes = (await parent.services).flatMap(({ pid }) => family(pid));
    parent.child.kill('SIGKILL');
    await until(() => processes.every((pid) => !isAlive(pid)), 'every process has ended');
    expect(readdirSync(dataDir)).toEqual(['postgres']);
    expect(readdirSync(join(dataDir, 'postgres'))).not.toContain('postmaster.pid'); // shut down, not killed
    rmSync(dataDir, { recursive: true });
  });

  it('a process that ends without stop() is not kept alive, and leaves nothing either', async () => {
    parent = startParent({ start: [['redis', {}]], leave: true }, { TMPDIR: temporary });
    const services = await parent.services;
    expect(await parent.ended).toBe(0);
    await until(() => services.every(({ pid }) => !isAlive(pid)), 'the server has ended');
    await until(() => left().length === 0, 'every folder is gone');
  });
});
