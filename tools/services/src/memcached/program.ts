import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from '../binaries/cache-folder.js';
import { findProgram, findProgramPair, type Program, type ProgramPair } from '../binaries/find-program.js';
import type { InstallPlan } from '../service.js';

const QUERY = { name: 'memcached', variable: 'ENVOL_MEMCACHED', cacheFolder: 'memcached' };

export const memcachedInstall: InstallPlan = {
  cacheFolder: QUERY.cacheFolder,
  apt: ['memcached', 'sasl2-bin', 'libsasl2-modules'],
  byHand:
    'macOS: brew install memcached. Elsewhere: put memcached and, for SASL, saslpasswd2 on the PATH, or set ENVOL_MEMCACHED to the path of memcached.',
};

/** @throws EnvolError `ENVOL_SERVICES_MISSING` */
export function findMemcached(): Program {
  return findProgram(QUERY);
}

/**
 * A memcached with the program that makes accounts for it, and the environment that leads both to the mechanisms.
 *
 * @throws EnvolError `ENVOL_SERVICES_MISSING`
 */
export function findMemcachedWithSasl(): ProgramPair {
  const found = findProgramPair(QUERY, 'saslpasswd2');
  return found.root === undefined ? found : { ...found, env: { ...found.env, ...mechanismsEnv(found.root) } };
}

/** The mechanisms of SASL are libraries that are loaded by name, by default from the system's folder alone. */
function mechanismsEnv(root: string): Record<string, string> {
  const libraries = join(root, 'usr/lib');
  const folders = entries(libraries).map((machine) => join(libraries, machine, 'sasl2'));
  return { SASL_PATH: folders.filter((folder) => existsSync(folder)).join(':') };
}
