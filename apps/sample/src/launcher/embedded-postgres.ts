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
 * @throws EnvolError `ENVOL_ATLAS_NO_DATABASE` where there is none for this platform
 */
export async function startEmbeddedPostgres(directory: string): Promise<EmbeddedPostgres> {
  const server = await startServer(join(directory, 'postgres'));
  return { urls: DATABASES.map((name) => server.databaseUrl(name)), stop: () => server.stop() };
}

async function startServer(dataDir: string): Promise<PostgresService> {
  try {
    return await startService('postgres', { dataDir, databases: DATABASES });
  } catch (error) {
    if (!isEnvolError(error, 'ENVOL_SERVICES_MISSING')) throw error;
    throw new EnvolError(
      'ENVOL_ATLAS_NO_DATABASE',
      `There is no embedded PostgreSQL for this platform (${process.platform} ${process.arch})`,
      'Use databases of yours: SHARD_URLS=postgres://user:password@host/atlas_0,postgres://user:password@host/atlas_1 npm start',
      { cause: error },
    );
  }
}
