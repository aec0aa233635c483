import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { removeDataDir, startService } from '../src/index.js';
import { sql } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

describe('a dataDir', () => {
  let closed = '';

  beforeEach(() => {
    closed = mkdtempSync(join(tmpdir(), 'envol-test-')); // mode 0700
  });
  afterEach(() => rmSync(closed, { recursive: true, force: true }));

  it('works below a folder that is closed to other accounts, keeps its data, and can be removed', async () => {
    const dataDir = join(closed, 'data');
    const first = await startService('postgres', { dataDir, databases: ['kept'] });
    await sql(first.databaseUrl('kept'), 'CREATE TABLE rows AS SELECT 7 AS value');
    const [cluster] = await sql(first.url, 'SHOW data_directory');
    expect(await sql(first.url, 'SHOW fsync')).toEqual(['on']);
    await expect(removeDataDir(dataDir)).rejects.toMatchObject({ code: 'ENVOL_SERVICES_IN_USE' });
    await first.stop();

    const second = await startService('postgres', { dataDir, databases: ['kept'] });
    expect(await sql(second.databaseUrl('kept'), 'SELECT value FROM rows')).toEqual([7]);
    await second.stop();

    const note = join(dataDir, 'postgres-is-elsewhere.txt');
    expect(existsSync(note)).toBe(process.getuid?.() === 0); // only root needs another place
    const told = existsSync(note) ? readFileSync(note, 'utf8').trim().split('\n').at(-1) : dataDir;
    expect(cluster).toBe(`${told}/postgres`);

    await removeDataDir(dataDir);
    expect(existsSync(String(cluster))).toBe(false);
    expect(existsSync(dataDir)).toBe(false);
    await removeDataDir(dataDir);
  });

  it('keeps a file of the user when it is removed', async () => {
    const redis = await startService('redis', { dataDir: closed });
    await redis.stop();
    writeFileSync(join(closed, 'mine'), 'x');
    await removeDataDir(closed);
    expect(existsSync(join(closed, 'redis'))).toBe(false);
    expect(existsSync(join(closed, 'mine'))).toBe(true);
  });
});
