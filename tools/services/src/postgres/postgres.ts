import { join, resolve } from 'node:path';
import { z } from 'zod';
import { checkOptions, dataDirOption } from '../options.js';
import { unprivilegedAccount } from '../process/account.js';
import { makePrivate, throwawayPath, uniqueName } from '../process/folders.js';
import { HOST } from '../process/ports.js';
import type { StopStep } from '../process/protocol.js';
import { ServerProcess, type ServerRecipe } from '../process/server-process.js';
import type { DurableServiceOptions, Service, ServiceDefinition } from '../service.js';
import { findPostgres, type BinariesChoice, type PostgresBinaries } from './binaries.js';
import { createDatabases, databaseUrl, probe } from './client.js';
import { makeCluster, postgresCommand } from './cluster.js';
import { placeOf, refuseInUse, type DataPlace } from './data-dir.js';

export interface PostgresOptions extends DurableServiceOptions {
  /** Created if missing; default none besides `postgres`. */
  readonly databases?: readonly string[] | undefined;
  /** Where the binaries come from; default the first that has them, see the README. */
  readonly binaries?: BinariesChoice | undefined;
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface PostgresService extends Service {
  /** The URL of one of its databases; {@link Service.url} is that of the database `postgres`. */
  databaseUrl(database: string): string;
}

const ownOptions = {
  ...dataDirOption,
  databases: z.array(z.string().min(1).max(63)).default([]),
  binaries: z.enum(['npm', 'system']).optional(),
  settings: z.record(z.string(), z.string()).default({}),
};

/** "Fast": running transactions are rolled back. Then "immediate": like a crash, but memory is given back. */
const IMMEDIATE: StopStep = { ask: 'SIGQUIT', waitMs: 6000 };
const FAST: readonly StopStep[] = [{ ask: 'SIGINT', waitMs: 15_000 }, IMMEDIATE];

const FIXED = { listen_addresses: HOST, unix_socket_directories: '' };

/**
 * Faster, and as safe when only the server's processes die, not the machine. synchronous_commit stays on: without it
 * a kill would lose commits. Shared memory as files in the data folder: a kill leaves none elsewhere.
 */
const THROWAWAY = { fsync: 'off', full_page_writes: 'off', dynamic_shared_memory_type: 'mmap' };

/** PostgreSQL, listening on 127.0.0.1 only, superuser `postgres` without a password. */
export const postgres: ServiceDefinition<PostgresOptions, PostgresService> = {
  name: 'postgres',
  start: startPostgres,
  locate: async () => (await findPostgres(unprivilegedAccount(), undefined)).bin,
  install: {
    cacheFolder: 'postgres',
    apt: ['postgresql'],
    byHand:
      'npm ci installs it for common platforms. macOS: brew install postgresql@18. Elsewhere: set ENVOL_POSTGRES_BIN to the bin folder of a PostgreSQL.',
  },
};

async function startPostgres(raw: PostgresOptions): Promise<PostgresService> {
  const { port, dataDir, databases, binaries: choice, settings } = checkOptions('postgres', ownOptions, raw);
  const durable = dataDir !== undefined;
  const place = durable ? placeOf(resolve(dataDir)) : throwawayPlace();
  if (durable) await refuseInUse(place.cluster);
  const binaries = await findPostgres(place.account, choice);
  const server = await ServerProcess.launch(recipe(binaries, place, durable, settings), port);
  try {
    await createDatabases(server.port, databases);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return Object.assign(server, { databaseUrl: (database: string) => databaseUrl(server.port, database) });
}

function throwawayPlace(): DataPlace {
  const account = unprivilegedAccount();
  const parent = throwawayPath('postgres', account);
  return { parent, cluster: join(parent, 'postgres'), account };
}

function recipe(
  binaries: PostgresBinaries,
  place: DataPlace,
  durable: boolean,
  settings: Readonly<Record<string, string>>,
): ServerRecipe {
  const { parent, cluster, account } = place;
  const fresh = join(parent, `postgres-${uniqueName()}`);
  const configuration = Object.entries({ ...FIXED, ...(durable ? {} : THROWAWAY), ...settings });
  const run = postgresCommand.bind(undefined, binaries, place);
  const onWindows = process.platform === 'win32'; // no signals there
  const windowsStop = { ask: run('pg_ctl', ['stop', '-m', 'fast', '-W', '-D', cluster]), waitMs: 15_000 };
  return {
    name: 'postgres',
    plan: {
      stop: onWindows ? [windowsStop] : FAST,
      orphaned: onWindows ? [windowsStop] : durable ? FAST : [IMMEDIATE],
      remove: [durable ? fresh : parent],
    },
    prepare: async (supervisor) => {
      if (!durable) makePrivate(parent, account);
      await makeCluster(supervisor, binaries, place, fresh, durable);
    },
    command: (port) =>
      run('postgres', [
        '-D',
        cluster,
        '-p',
        `${port}`,
        ...configuration.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ]),
    url: (port) => databaseUrl(port, 'postgres'),
    probe: (port) => probe(port, cluster),
    afterKill: run('postgres', ['--single', ...(durable ? [] : ['-F']), '-D', cluster, 'postgres']),
  };
}
