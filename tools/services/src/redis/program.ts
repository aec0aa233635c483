import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, type Program } from '../binaries/find-program.js';
import { unsupported } from '../errors.js';
import { childEnv } from '../process/child-env.js';
import type { InstallPlan } from '../service.js';

const CACHE_FOLDER = 'redis';

/** For every service that runs redis-server. */
export const redisInstall: InstallPlan = {
  cacheFolder: CACHE_FOLDER,
  apt: ['redis-server', 'redis-tools'],
  byHand: 'macOS: brew install redis. Elsewhere: put redis-server on the PATH or set ENVOL_REDIS_SERVER to its path.',
};

/** @throws EnvolError `ENVOL_SERVICES_MISSING` */
export function findRedis(): Program {
  return findProgram({ name: 'redis-server', variable: 'ENVOL_REDIS_SERVER', cacheFolder: CACHE_FOLDER });
}

/**
 * A Redis that is at least as new.
 *
 * @throws EnvolError `ENVOL_SERVICES_MISSING`; `ENVOL_SERVICES_UNSUPPORTED` when the one there is too old
 */
export async function findRedisOfVersion(major: number): Promise<Program> {
  const program = findRedis();
  const options = { env: childEnv(program.env), timeout: 10_000, windowsHide: true };
  const { stdout } = await promisify(execFile)(program.file, ['--version'], options);
  const found = /v=(\d+)/.exec(stdout)?.[1];
  if (Number(found) >= major) return program;
  throw unsupported(
    `redis-cluster needs Redis ${major}, and ${program.file} is "${stdout.trim()}".`,
    'Install a newer one, or set ENVOL_REDIS_SERVER to the path of one.',
  );
}
