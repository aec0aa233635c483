import { join } from 'node:path';
import { isEnvolError } from '@envol/common';
import { writableCacheFolder } from '../binaries/cache-folder.js';
import { registry, type ServiceName } from '../registry.js';
import { hasApt, unpackDebianPackages } from './apt.js';

/**
 * Gets every program that is missing into the cache folder and tries each service.
 *
 * @param tell prints a line
 * @returns whether all of them work
 */
export async function install(names: readonly ServiceName[], tell: (line: string) => void): Promise<boolean> {
  for (const name of names) {
    try {
      await provide(name, (line) => tell(`${name}: ${line}`));
    } catch (error) {
      tell(`${name}: ${oneLine(explain(error))}`);
    }
  }
  const problems = await Promise.all(names.map(tryOut));
  for (const [index, name] of names.entries()) {
    const problem = problems[index];
    tell(`${name}: ${problem === undefined ? 'works' : `DOES NOT WORK. ${problem}`}`);
    if (problem !== undefined) tell(`${name}: by hand: ${registry[name].install.byHand}`);
  }
  return problems.every((problem) => problem === undefined);
}

/** Starts it and stops it; resolves with what went wrong. */
async function tryOut<Name extends ServiceName>(name: Name): Promise<string | undefined> {
  const { start, trials = [{}] } = registry[name];
  try {
    for (const options of trials) {
      const service = await start(options);
      await service.stop();
    }
    return undefined;
  } catch (error) {
    return oneLine(explain(error));
  }
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
  const target = join(writableCacheFolder(), how.cacheFolder);
  tell(`unpacking Debian packages into ${target}; nothing is installed system-wide`);
  await unpackDebianPackages(how, target, tell);
  tell(`found: ${await locate()}`);
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

/** Message and hint. */
export function explain(error: unknown): string {
  if (isEnvolError(error)) return `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
