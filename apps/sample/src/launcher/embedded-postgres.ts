import { join } from 'node:path';
import { isEnvolError, EnvolError } from '@envol/common';
import { startService, type PostgresService } from '@envol/services';

const DATABASES = ['atlas_0', 'atlas_1', 'atlas_2', 'atlas_3'];

/** One PostgreSQL server with four databases, which stand for four shards. Its data stays under `directory`. */
export interface EmbeddedPostgres {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm brings.
 *
 * @throws EnvolError `ENVOL_ATLAS_NO_DATABASE` where there is none for this platform; `ENVOL_ATLAS_RUNNING` when another
 * Atlas uses the folder
 */
export async function startEmbeddedPostgres(directory: string): Promise<EmbeddedPostgres> {
  const server = await startServer(directory);
  return { urls: DATABASES.map((name) => server.databaseUrl(name)), stop: () => server.stop() };
}

async function startServer(directory: string): Promise<PostgresService> {
  try {
    return await startService('postgres', { dataDir: join(directory, 'postgres'), databases: DATABASES });
  } catch (error) {
    if (isEnvolError(error, 'ENVOL_SERVICES_IN_USE')) throw alreadyRunning(directory, error);
    if (isEnvolError(error, 'ENVOL_SERVICES_MISSING')) throw noDatabase(error);
    throw error;
  }
}

function noDatabase(cause: EnvolError): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_NO_DATABASE',
    `There is no embedded PostgreSQL for this platform (${process.platform} ${process.arch})`,
    'Use databases of yours: SHARD_URLS=postgres://user:password@host/atlas_0,postgres://user:password@host/atlas_1 npm start',
    { cause },
  );
}

function alreadyRunning(directory: string, cause: EnvolError): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_RUNNING',
    `Another Atlas runs on the data in ${directory}`,
    'Stop it, or give this one a folder and ports of its own: ATLAS_DIR=.atlas-2 PORT=3100 MANAGEMENT_PORT=3101 npm start',
    { cause },
  );
}
