import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../binaries/find-program.js';
import { startFailed } from '../errors.js';
import { childEnv } from '../process/child-env.js';
import type { InstallPlan } from '../service.js';

const CACHE_FOLDER = 'consul';

/** Debian dropped the package after bullseye; that one needs only a libc and runs on newer systems. */
export const consulInstall: InstallPlan = {
  cacheFolder: CACHE_FOLDER,
  apt: ['consul'],
  debianSuite: 'bullseye',
  byHand:
    'macOS: brew install hashicorp/tap/consul. Elsewhere: put the consul program of HashiCorp on the PATH or set ENVOL_CONSUL to its path.',
};

/** @throws EnvolError `ENVOL_SERVICES_MISSING` */
export function findConsul(): string {
  return findProgram({ name: 'consul', variable: 'ENVOL_CONSUL', cacheFolder: CACHE_FOLDER }).file;
}

/** 1.8.7 is `{ major: 1, minor: 8 }`. */
export interface ConsulVersion {
  readonly major: number;
  readonly minor: number;
}

/** @throws EnvolError `ENVOL_SERVICES_START_FAILED` when the file is not a Consul that runs on this machine. */
export async function versionOf(file: string): Promise<ConsulVersion> {
  const options = { env: childEnv(), timeout: 10_000, windowsHide: true };
  const output = await promisify(execFile)(file, ['version'], options).then(({ stdout }) => stdout, String);
  const [, major, minor] = /^Consul v(\d+)\.(\d+)/m.exec(output) ?? [];
  if (major === undefined || minor === undefined) throw startFailed('consul', `(${file}) does not run here`, output);
  return { major: Number(major), minor: Number(minor) };
}
