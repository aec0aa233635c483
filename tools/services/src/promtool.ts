import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, type Program } from './binaries/find-program.js';
import { childEnv } from './process/child-env.js';
import type { InstallPlan } from './service.js';

const CACHE_FOLDER = 'prometheus';

export const promtoolInstall: InstallPlan = {
  cacheFolder: CACHE_FOLDER,
  apt: ['prometheus'],
  byHand:
    'macOS: brew install prometheus. Elsewhere: put promtool, which comes with Prometheus, on the PATH or set ENVOL_PROMTOOL to its path.',
};

/**
 * The checker that comes with Prometheus: of its configuration, of its rules, of what is scraped.
 *
 * @throws EnvolError `ENVOL_SERVICES_MISSING`
 */
export function findPromtool(): Program {
  return findProgram({ name: 'promtool', variable: 'ENVOL_PROMTOOL', cacheFolder: CACHE_FOLDER });
}

/** Makes sure that it runs on this machine. */
export async function tryPromtool(): Promise<void> {
  const { file, env } = findPromtool();
  await promisify(execFile)(file, ['--version'], { env: childEnv(env), timeout: 10_000 });
}
