import { join } from 'node:path';
import { isEnvolError } from '@envol/common';
import { writableCacheFolder } from '../binaries/cache-folder.js';
import { registry, startService, type ServiceName } from '../registry.js';
import { hasApt, unpackDebianPackages } from './apt.js';

/**
 * Gets every program that is missing into the cache folder and starts each service once.
 *
 * @param tell prints a line
 * @returns whether all of them work
 */
export async function install(names: readonly ServiceName[], tell: (line: string) => void): Promise<boolean> {
  for (const name of names) {
    try {
      await provide(name, (line) => tell(`${name}: ${line}`));
    } catch (error) {
      tell(`${name}: ${explain(error)}`);
    }
  }
  let complete = true;
  for (const name of names) {
    try {
      const service = await startService(name);
      await service.stop();
      tell(`${name}: works`);
    } catch (error) {
      complete = false;
      tell(`${name}: DOES NOT WORK. ${explain(error)}`);
      tell(`${name}: by hand: ${registry[name].install.byHand}`);
    }
  }
  return complete;
}

async function provide(name: ServiceName, tell: (line: string) => void): Promise<void> {
  const { install: how, locate } = registry[name];
  try {
    tell(`found: ${await locate()}`);
    return;
  } catch (error) {
    if (!isEnvolError(error, 'ENVOL_SERVICES_MISSING')) throw error;
    tell(error.message);
  }
  if (!hasApt()) return;
  const target = join(writableCacheFolder(), name);
  tell(`unpacking Debian packages into ${target}; nothing is installed system-wide`);
  await unpackDebianPackages(how.apt, target, tell);
  tell(`found: ${await locate()}`);
}

/** Message and hint. */
export function explain(error: unknown): string {
  if (isEnvolError(error)) return `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
