import { join } from 'node:path';
import { isEnvolError } from '@envol/common';
import { writableCacheFolder } from '../binaries/cache-folder.js';
import { hasApt, unpackDebianPackages } from './apt.js';
import type { Installable } from './installables.js';

/**
 * Gets every program that is missing into the cache folder and tries each one.
 *
 * @param tell prints a line
 * @returns whether all of them work
 */
export async function install(programs: readonly Installable[], tell: (line: string) => void): Promise<boolean> {
  for (const program of programs) {
    try {
      await provide(program, (line) => tell(`${program.name}: ${line}`));
    } catch (error) {
      tell(`${program.name}: ${oneLine(explain(error))}`);
    }
  }
  const problems = await Promise.all(programs.map(tryOut));
  for (const [index, { name, install: how }] of programs.entries()) {
    const problem = problems[index];
    tell(`${name}: ${problem === undefined ? 'works' : `DOES NOT WORK. ${problem}`}`);
    if (problem !== undefined) tell(`${name}: by hand: ${how.byHand}`);
  }
  return problems.every((problem) => problem === undefined);
}

/** Resolves with what is wrong with it. */
async function tryOut(program: Installable): Promise<string | undefined> {
  try {
    await program.tryOut();
    return undefined;
  } catch (error) {
    return oneLine(explain(error));
  }
}

async function provide({ install: how, locate }: Installable, tell: (line: string) => void): Promise<void> {
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
