import { CacheModule, layered, memory } from '@envol/cache';
import { redis } from '@envol/cache/redis';
import { EnvolError, Lifecycle } from '@envol/common';
import { LoadBalancerModule } from '@envol/load-balancer';
import { Module, StandardSchemaValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { IDEMPOTENT } from '../contract/patterns.js';
import { loggerOptions } from '../logging.js';
import type { Settings } from '../settings.js';
import { CheckinsController } from './checkins.controller.js';
import { CitiesController } from './cities.controller.js';
import { CountriesController } from './countries.controller.js';
import { HealthController } from './health.controller.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { PlacesClient } from './places.client.js';
import { ProblemFilter } from './problem.filter.js';

/** Longer than a replica waits for a shard that is away, so that the shard is blamed for it and not the replica. */
const PLACES_TIMEOUT = '2500ms';

/** The public API: HTTP in, calls to the places service out, a layered cache in between. No database. */
@Module({})
export class GatewayModule {
  static forSettings(settings: Settings): DynamicModule {
    return {
      module: GatewayModule,
      imports: [loggerModule(settings), cacheModule(settings), clientModule(settings)],
      controllers: [CitiesController, CountriesController, CheckinsController, HealthController],
      providers: [
        PlacesClient,
        Lifecycle,
        { provide: APP_GUARD, useClass: JsonBodyGuard },
        { provide: APP_PIPE, useClass: StandardSchemaValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}

function loggerModule(settings: Settings): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: {
      ...loggerOptions('gateway', settings),
      genReqId: ({ id }) => id,
      autoLogging: { ignore: ({ url }) => url?.startsWith('/health/') === true },
      serializers: {
        req: ({ method, url }: { method: string; url: string }) => ({ method, url }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
    },
  });
}

function cacheModule({ CACHE_TTL, REDIS_URL }: Settings): DynamicModule {
  const layers = REDIS_URL === undefined ? [memory()] : [memory(), redis({ url: REDIS_URL })];
  return CacheModule.forRoot({ prefix: 'atlas', ttl: CACHE_TTL, stores: { answers: layered(layers) } });
}

function clientModule({ PLACES_INSTANCES }: Settings): DynamicModule {
  if (PLACES_INSTANCES === undefined) {
    throw new EnvolError(
      'ENVOL_ATLAS_MISSING_SETTINGS',
      'The gateway needs PLACES_INSTANCES in its environment',
      'Start it through npm start, or set it: PLACES_INSTANCES=127.0.0.1:4001,127.0.0.1:4002',
    );
  }
  const instances = PLACES_INSTANCES.map((address) => {
    const [host = '', port] = address.split(':');
    return { host, port: Number(port) };
  });
  return LoadBalancerModule.forFeature({
    clients: [{ name: 'places', instances, idempotent: IDEMPOTENT, requestTimeout: PLACES_TIMEOUT }],
  });
}
