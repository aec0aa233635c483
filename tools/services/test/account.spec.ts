import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { cacheFolders } from '../src/binaries/cache-folder.js';
import { unprivilegedAccount } from '../src/process/account.js';
import { startParent } from './fixtures/start-parent.js';
import { isAlive } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

let temporary = '';

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
  chmodSync(temporary, 0o777);
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

/** The programs that `services:install` got, where every account can run them. */
function copyOfCache(): string {
  const copy = join(temporary, 'cache');
  for (const name of ['redis', 'consul', 'memcached']) {
    const source = cacheFolders()
      .map((folder) => join(folder, name))
      .find((folder) => existsSync(folder));
    if (source !== undefined) cpSync(source, join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

it('servers run for an account without rights as for root', async () => {
  const account = unprivilegedAccount(); // undefined when the tests themselves run without rights
  const start = [
    ['redis', {}],
    ['redis-cluster', {}],
    ['consul', {}],
    ['memcached', {}],
    ['memcached', { sasl: { username: 'user', password: 'word' } }],
  ] as const;
  const environment = { TMPDIR: temporary, HOME: temporary, ENVOL_SERVICES_CACHE: copyOfCache() };
  const parent = startParent({ start }, environment, account);
  const processes = (await parent.services).flatMap(({ pids }) => pids);
  expect(processes).toHaveLength(start.length + 2);
  for (const pid of processes) expect(statSync(`/proc/${pid}`).uid).toBe(account?.uid ?? process.getuid?.());
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toBe(0);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(readdirSync(temporary)).toEqual(['cache']);
});
