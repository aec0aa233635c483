import { userInfo } from 'node:os';
import { z } from 'zod';
import { checkOptions } from '../options.js';
import { childEnv } from '../process/child-env.js';
import { makePrivate, throwawayPath } from '../process/folders.js';
import { HOST } from '../process/ports.js';
import { ServerProcess } from '../process/server-process.js';
import type { Service, ServiceDefinition, ServiceOptions } from '../service.js';
import { probe } from './client.js';
import { findMemcached, findMemcachedWithSasl, memcachedInstall } from './program.js';
import { launchWithSasl, type Launch, type SaslAccount } from './sasl.js';

export interface MemcachedOptions extends ServiceOptions {
  /** Ask clients for this account (SASL PLAIN). memcached then speaks its binary protocol only. Default: no account. */
  readonly sasl?: SaslAccount | undefined;
}

/** Its url is `memcached://HOST:PORT`, with `USERNAME:PASSWORD@` before HOST, percent-encoded, if it has an account. */
export type MemcachedService = Service;

/** NUL separates the parts of a PLAIN message, and saslpasswd2 reads one line. */
const word = z.string().regex(/^[^\0\r\n]+$/, 'expected text, not empty, without NUL and line ends');

const ownOptions = { sasl: z.strictObject({ username: word, password: word }).optional() };

/** memcached: a restart comes up empty. */
export const memcached: ServiceDefinition<MemcachedOptions, MemcachedService> = {
  name: 'memcached',
  start: startMemcached,
  locate: async () => findMemcachedWithSasl().file,
  install: memcachedInstall,
  trials: [{}, { sasl: { username: 'trial', password: 'trial' } }],
};

async function startMemcached(raw: MemcachedOptions): Promise<MemcachedService> {
  const { port, sasl } = checkOptions('memcached', ownOptions, raw);
  const folder = throwawayPath('memcached');
  const { program, args, prepare }: Launch =
    sasl === undefined
      ? { program: findMemcached(), args: [], prepare: async () => undefined }
      : launchWithSasl(folder, sasl);
  return ServerProcess.launch(
    {
      name: 'memcached',
      plan: { stop: [], orphaned: [], remove: [folder] }, // all it has is in memory: there is nothing to wait for
      prepare: async () => {
        makePrivate(folder);
        await prepare();
      },
      command: (onPort) => ({
        file: program.file,
        args: ['-l', HOST, '-p', `${onPort}`, '-U', '0', ...asRoot(), ...args],
        cwd: folder,
        env: childEnv(program.env),
      }),
      url: (onPort) => `memcached://${sasl ? `${credentials(sasl)}@` : ''}${HOST}:${onPort}`,
      probe: (onPort, pid) => probe(onPort, pid, sasl),
    },
    port,
  );
}

/** Root must say that it means it. Another account might not be able to enter the folders of the programs. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['-u', userInfo().username] : [];
}

function credentials({ username, password }: SaslAccount): string {
  return `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
}
