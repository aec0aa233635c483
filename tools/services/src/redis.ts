import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { cacheFolders, libraryEnv } from './binaries/cache-folder.js';
import { findOnPath, isExecutable } from './binaries/path-search.js';
import { missing } from './errors.js';
import { checkOptions } from './options.js';
import { childEnv } from './process/child-env.js';
import { makePrivate, throwawayPath } from './process/folders.js';
import { HOST } from './process/ports.js';
import { ServerProcess } from './process/server-process.js';
import type { Service, ServiceDefinition, ServiceOptions } from './service.js';

export type RedisOptions = ServiceOptions;
export type RedisService = Service;

interface RedisBinary {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Redis, one node, without persistence: a restart comes up empty. */
export const redis: ServiceDefinition<RedisOptions, RedisService> = {
  name: 'redis',
  start: startRedis,
  locate: async () => findRedis().file,
  install: {
    apt: ['redis-server', 'redis-tools'],
    byHand: 'macOS: brew install redis. Elsewhere: put redis-server on the PATH or set ENVOL_REDIS_SERVER to its path.',
  },
};

async function startRedis(raw: RedisOptions): Promise<RedisService> {
  const { port, dataDir } = checkOptions('redis', {}, raw);
  const binary = findRedis();
  const throwaway = throwawayPath('redis');
  const folder = dataDir === undefined ? throwaway : join(resolve(dataDir), 'redis');
  return ServerProcess.launch(
    {
      name: 'redis',
      plan: { stop: [{ ask: 'SIGTERM', waitMs: 10_000 }], orphaned: [], remove: [throwaway] },
      prepare: async () => {
        if (folder === throwaway) makePrivate(folder);
        else mkdirSync(folder, { recursive: true });
      },
      command: (onPort) => ({
        file: binary.file,
        args: ['--bind', HOST, '--port', `${onPort}`, '--save', '', '--appendonly', 'no', '--dir', folder],
        cwd: folder,
        env: childEnv(binary.env),
      }),
      url: (onPort) => `redis://${HOST}:${onPort}`,
      probe: ping,
    },
    port,
  );
}

/** PING, and INFO for the pid: while ours fails to bind the port, another Redis may answer on it. */
async function ping(port: number, pid: number): Promise<void> {
  const answer = await new Promise<string>((done, fail) => {
    let received = '';
    const socket = connect(port, HOST, () => socket.write('PING\r\nINFO server\r\n'));
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer to PING')));
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (/process_id:\d+\r\n/.test(received) || received.startsWith('-')) socket.end();
    });
    socket.on('error', fail).on('close', () => done(received));
  });
  if (!answer.startsWith('+PONG')) throw new Error(`PING was answered with ${JSON.stringify(answer.slice(0, 80))}`);
  if (!answer.includes(`process_id:${pid}\r\n`)) throw new Error('another Redis answers on this port');
}

function findRedis(): RedisBinary {
  const named = process.env['ENVOL_REDIS_SERVER'];
  if (named) {
    if (isExecutable(named)) return { file: resolve(named), env: {} };
    throw missing(
      'redis-server',
      [`ENVOL_REDIS_SERVER (${named})`],
      'Set ENVOL_REDIS_SERVER to redis-server itself, or unset it.',
    );
  }
  const onPath = findOnPath('redis-server');
  if (onPath) return { file: onPath, env: {} };
  const roots = cacheFolders().map((folder) => join(folder, 'redis'));
  for (const root of roots) {
    const file = join(root, 'usr/bin/redis-server');
    if (isExecutable(file)) return { file, env: libraryEnv(root) };
  }
  throw missing(
    'redis-server',
    ['ENVOL_REDIS_SERVER (not set)', 'the PATH', ...roots],
    'Run: npm run services:install',
  );
}
