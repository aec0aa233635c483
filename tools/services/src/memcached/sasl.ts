import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../binaries/find-program.js';
import { startFailed } from '../errors.js';
import { childEnv } from '../process/child-env.js';
import { findMemcachedWithSasl } from './program.js';

/** The account of a memcached that asks for one. */
export interface SaslAccount {
  readonly username: string;
  readonly password: string;
}

/** A program and what it needs to be started with. */
export interface Launch {
  readonly program: Program;
  readonly args: readonly string[];
  readonly prepare: () => Promise<void>;
}

/**
 * Starting a memcached that asks for the account.
 *
 * @param folder where its settings and its accounts will lie
 * @throws EnvolError `ENVOL_SERVICES_MISSING`
 */
export function launchWithSasl(folder: string, account: SaslAccount): Launch {
  const { companion: saslpasswd2, ...found } = findMemcachedWithSasl();
  const program = { ...found, env: { ...found.env, SASL_CONF_PATH: folder } };
  return {
    program,
    args: ['--enable-sasl'],
    prepare: async () => {
      const accounts = join(folder, 'sasldb2');
      writeFileSync(join(folder, 'memcached.conf'), settings(accounts));
      await addAccount(saslpasswd2, childEnv(program.env), accounts, account);
    },
  };
}

function settings(accounts: string): string {
  return [
    'mech_list: plain',
    'pwcheck_method: auxprop', // compare with what a plugin has stored
    'auxprop_plugin: sasldb',
    `sasldb_path: ${accounts}\n`,
  ].join('\n');
}

/** @throws EnvolError `ENVOL_SERVICES_START_FAILED` */
function addAccount(
  saslpasswd2: string,
  env: Record<string, string>,
  accounts: string,
  { username, password }: SaslAccount,
): Promise<void> {
  // memcached looks under the bare name of the host; the default of saslpasswd2 is the full one.
  const args = ['-p', '-c', '-f', accounts, '-a', 'memcached', '-u', hostname(), '--', username];
  return new Promise((resolve, reject) => {
    const child = execFile(saslpasswd2, args, { env, timeout: 10_000 }, (error, stdout, stderr) => {
      if (error) reject(startFailed('memcached', 'got no account: saslpasswd2 failed', stderr || stdout));
      else resolve();
    });
    child.stdin?.on('error', () => undefined); // it ended before it read all; its exit code says why
    child.stdin?.end(password);
  });
}
