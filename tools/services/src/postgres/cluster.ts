import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { executableName } from '../binaries/path-search.js';
import { startFailed } from '../errors.js';
import { childEnv } from '../process/child-env.js';
import { makePrivate } from '../process/folders.js';
import type { Command } from '../process/protocol.js';
import type { Supervisor } from '../process/supervisor-client.js';
import type { PostgresBinaries } from './binaries.js';
import type { DataPlace } from './data-dir.js';

/** A command of PostgreSQL for this place. */
export function postgresCommand(
  { bin, env }: PostgresBinaries,
  { parent, account }: DataPlace,
  program: 'initdb' | 'postgres' | 'pg_ctl',
  args: readonly string[],
): Command {
  return { file: join(bin, executableName(program)), args, cwd: parent, env: childEnv(env), ...account };
}

/**
 * Makes the database cluster if there is none: superuser `postgres` without a password, UTF-8, sorted by code point.
 *
 * @param fresh where to make it before it is moved to its place, so that no half-made one is ever taken for a whole
 */
export async function makeCluster(
  supervisor: Supervisor,
  binaries: PostgresBinaries,
  place: DataPlace,
  fresh: string,
  durable: boolean,
): Promise<void> {
  if (existsSync(place.cluster)) return;
  makePrivate(fresh, place.account);
  const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const args = [
    '-D',
    fresh,
    '-U',
    'postgres',
    '--auth=trust',
    '-E',
    'UTF8',
    '--locale=C',
    ...locale,
    '--no-instructions',
  ];
  if (!durable) args.push('--no-sync');
  const { exitCode, output } = await supervisor.run(postgresCommand(binaries, place, 'initdb', args));
  if (exitCode !== 0) throw startFailed('postgres', 'could not be set up (initdb failed)', output);
  if (!existsSync(place.cluster)) renameSync(fresh, place.cluster); // else another process was faster
}
