import { ShardRouter } from '@envol/sharding';
import { NestFactory } from '@nestjs/core';
import { shardingModule } from '../places/shards.js';
import { readCitiesFile } from './cities-file.js';
import { loadCities } from './load-cities.js';
import { ProgressBar, type ProgressOutput } from './progress-bar.js';

/** Creates the tables in the shards at `urls` and loads the cities, telling the person at the terminal how far it is. */
export async function prepareShards(urls: readonly string[], output: ProgressOutput): Promise<void> {
  const context = await NestFactory.createApplicationContext(
    shardingModule(urls, { synchronize: true, queryTimeout: '60s' }),
    {
      logger: ['error', 'warn'],
      abortOnError: false,
    },
  );
  try {
    const cities = readCitiesFile();
    const progress = new ProgressBar('Loading cities', cities.length, output);
    await loadCities(context.get(ShardRouter, { strict: false }), cities, (rows) => progress.advance(rows));
  } finally {
    await context.close();
  }
}
