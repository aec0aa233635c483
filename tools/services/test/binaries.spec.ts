import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startService } from '../src/index.js';
import { npmBinFolder, npmPackageFolder } from '../src/postgres/npm-package.js';
import { unprivilegedAccount } from '../src/process/account.js';
import { startParent } from './fixtures/start-parent.js';
import { isAlive, sql } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

const environment = { ...process.env };
let temporary = '';

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
  chmodSync(temporary, 0o755);
});
afterEach(() => {
  process.env = { ...environment };
  rmSync(temporary, { recursive: true, force: true });
});

/** A program that only says something and fails. */
function putProgram(path: string, says: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${says}" >&2\nexit 1\n`, { mode: 0o755 });
}

describe('a program that is nowhere', () => {
  beforeEach(() => {
    process.env['PATH'] = temporary;
    process.env['ENVOL_SERVICES_CACHE'] = join(temporary, 'cache');
  });

  it('is one error that says what, where we looked and which command gets it', async () => {
    await expect(startService('redis')).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_MISSING',
      message: `redis-server was not found. Looked in: ENVOL_REDIS_SERVER (not set); the PATH; ${temporary}/cache/redis.`,
      hint: 'Run: npm run services:install',
    });
  });

  it.each([
    ['redis', 'ENVOL_REDIS_SERVER'],
    ['redis-cluster', 'ENVOL_REDIS_SERVER'],
    ['postgres', 'ENVOL_POSTGRES_BIN'],
    ['consul', 'ENVOL_CONSUL'],
    ['memcached', 'ENVOL_MEMCACHED'],
  ] as const)('is not replaced by another one when it was named (%s)', async (name, variable) => {
    process.env = { ...environment, [variable]: join(temporary, 'nothing') };
    await expect(startService(name)).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_MISSING',
      message: expect.stringContaining(`${variable} (${temporary}/nothing)`),
    });
  });

  it('is told apart from one that lacks another program that it needs', async () => {
    const sasl = { username: 'user', password: 'word' };
    const root = join(temporary, 'cache/memcached');
    putProgram(join(root, 'usr/bin/memcached'), 'memcached was started');
    await expect(startService('memcached')).rejects.toThrow('memcached was started');
    await expect(startService('memcached', { sasl })).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_MISSING',
      message: `memcached with saslpasswd2 was not found. Looked in: ENVOL_MEMCACHED (not set); the PATH; ${root} (it has only memcached).`,
    });
    putProgram(join(root, 'usr/sbin/saslpasswd2'), 'no account for you');
    await expect(startService('memcached', { sasl })).rejects.toThrow(
      'memcached got no account: saslpasswd2 failed. Its last lines:\nno account for you',
    );
  });

  it('is told apart from one that does not run here', async () => {
    for (const name of ['initdb', 'postgres']) putProgram(join(temporary, name), 'wrong machine');
    process.env['ENVOL_POSTGRES_BIN'] = temporary;
    await expect(startService('postgres')).rejects.toThrow(/it does not run here \(.*wrong machine/);
  });
});

describe('the npm package of PostgreSQL', () => {
  it('runs as npm unpacks it: without the links its postinstall script makes', async () => {
    const original = npmPackageFolder();
    if (original === undefined) throw new Error('the npm package for this platform is not installed');
    const version = `0.0.0-${basename(temporary)}`;
    cpSync(join(original, 'native'), join(temporary, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !lstatSync(path).isSymbolicLink(),
    });
    writeFileSync(join(temporary, 'package.json'), JSON.stringify({ version }));
    chmodSync(temporary, 0o700); // as below the home folder of root
    const bin = await npmBinFolder(temporary, unprivilegedAccount());
    try {
      process.env['ENVOL_POSTGRES_BIN'] = bin;
      const postgres = await startService('postgres');
      expect(await sql(postgres.url, 'SELECT 1')).toEqual([1]);
      await postgres.stop();
    } finally {
      rmSync(dirname(bin), { recursive: true });
    }
  });

  it('is copied by many processes at once without harm', async () => {
    const parents = [1, 2, 3].map(() =>
      startParent({ start: [['postgres', { binaries: 'npm' }]] }, { TMPDIR: temporary }),
    );
    const services = (await Promise.all(parents.map((parent) => parent.services))).flat();
    for (const { url } of services) expect(await sql(url, 'SELECT 1')).toEqual([1]);
    for (const { child } of parents) child.kill('SIGTERM');
    expect(await Promise.all(parents.map((parent) => parent.ended))).toEqual([0, 0, 0]);
    expect(services.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(readdirSync(temporary).filter((name) => !name.startsWith('envol-services-'))).toEqual([]);
  });

  it('is mended when a cleaner of temporary files took a part of the copy', async () => {
    const packageFolder = join(temporary, 'package');
    mkdirSync(join(packageFolder, 'native/bin'), { recursive: true });
    writeFileSync(join(packageFolder, 'package.json'), JSON.stringify({ version: `0.0.0-${basename(temporary)}` }));
    writeFileSync(join(packageFolder, 'native/bin/initdb'), 'x', { mode: 0o700 });
    writeFileSync(
      join(packageFolder, 'native/pg-symlinks.json'),
      JSON.stringify([{ source: 'native/bin/initdb', target: 'native/bin/link' }]),
    );
    const bin = await npmBinFolder(packageFolder, unprivilegedAccount());
    try {
      rmSync(join(bin, 'initdb'));
      await npmBinFolder(packageFolder, unprivilegedAccount());
      expect(readdirSync(bin).toSorted()).toEqual(['initdb', 'link']);
      expect(lstatSync(join(bin, 'initdb')).mode & 0o777).toBe(0o755);
    } finally {
      rmSync(dirname(bin), { recursive: true });
    }
  });
});
