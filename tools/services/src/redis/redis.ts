import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkOptions, dataDirOption } from '../options.js';
import { childEnv } from '../process/child-env.js';
import { makePrivate, throwawayPath } from '../process/folders.js';
import { HOST } from '../process/ports.js';
import { ServerProcess } from '../process/server-process.js';
import type { DurableServiceOptions, Service, ServiceDefinition } from '../service.js';
import { probe } from './client.js';
import { findRedis, redisInstall } from './program.js';

export type RedisOptions = DurableServiceOptions;
export type RedisService = Service;

/** Redis, one node, without persistence: a restart comes up empty. */
export const redis: ServiceDefinition<RedisOptions, RedisService> = {
  name: 'redis',
  start: startRedis,
  locate: async () => findRedis().file,
  install: redisInstall,
};

async function startRedis(raw: RedisOptions): Promise<RedisService> {
  const { port, dataDir } = checkOptions('redis', dataDirOption, raw);
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
      probe,
    },
    port,
  );
}
