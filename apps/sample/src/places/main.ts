import 'reflect-metadata';
import { EnvolError } from '@envol/common';
import { carryRequestContext } from '@envol/load-balancer';
import { NestFactory } from '@nestjs/core';
import { ServerTCP, type MicroserviceOptions } from '@nestjs/microservices';
import { Logger } from 'nestjs-pino';
import { exitWith } from '../process/fatal.js';
import { onShutdown, reportReady } from '../process/shutdown.js';
import { readSettings } from '../settings.js';
import { PlacesModule } from './places.module.js';

const CLOSE_DEADLINE = 3_000;

async function start(): Promise<void> {
  const settings = readSettings();
  const { PLACES_PORT: port, SHARD_URLS: shards, CURSOR_SECRETS: secrets } = settings;
  if (port === undefined || shards === undefined || secrets === undefined) throw missingSettings();
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    PlacesModule.forSettings(`places:${port}`, settings, shards, secrets),
    {
      strategy: carryRequestContext(new ServerTCP({ host: '127.0.0.1', port })),
      logger: ['error', 'warn'],
      abortOnError: false,
    },
  );
  onShutdown(() => app.close(), CLOSE_DEADLINE);
  await app.listen();
  const logger = app.get(Logger);
  app.useLogger(logger);
  logger.log(`Listening on ${port}`, 'Places');
  reportReady();
}

function missingSettings(): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_MISSING_SETTINGS',
    'A places replica needs PLACES_PORT, SHARD_URLS and CURSOR_SECRETS in its environment',
    'Start it through npm start, or set them: SHARD_URLS=postgres://localhost/atlas_0,postgres://localhost/atlas_1',
  );
}

start().catch(exitWith);
