import { EnvolError } from '@envol/common';
import { ShardRouter } from '@envol/sharding';
import { NestFactory } from '@nestjs/core';
import { shardingModule } from '../places/shards.js';
import { readCitiesFile } from './cities-file.js';
import { loadCities } from './load-cities.js';
import { ProgressBar, type ProgressOutput } from './progress-bar.js';

/**
 * Creates the tables in the shards at `urls` and loads the cities, telling the person at the terminal how far it is.
 *
 * @throws EnvolError `ENVOL_ATLAS_SHARDS_AWAY` that names each shard that cannot be used, and why
 */
export async function prepareShards(urls: readonly string[], output: ProgressOutput): Promise<void> {
  const context = await NestFactory.createApplicationContext(
    shardingModule(urls, { synchronize: true, queryTimeout: '60s' }),
    {
      logger: ['error', 'warn'],
      abortOnError: false,
    },
  );
  const router = context.get(ShardRouter, { strict: false });
  try {
    refuseAway(router);
    const cities = readCitiesFile();
    const progress = new ProgressBar('Loading cities', cities.length, output);
    await loadCities(router, cities, (rows) => progress.advance(rows));
  } finally {
    await context.close();
  }
}

/** Atlas serves without some of its shards, but it cannot be set up without them. */
function refuseAway(router: ShardRouter): void {
  const away = router.describe().filter(({ state }) => state !== 'up');
  if (away.length === 0) return;
  throw new EnvolError(
    'ENVOL_ATLAS_SHARDS_AWAY',
    away.map(({ name, address, problem }) => `${name} (${address}) cannot be used: ${problem}`).join('\n'),
    `Start or create what is missing, or correct SHARD_URLS; shard0 is its first URL.`,
  );
}
