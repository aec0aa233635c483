import { CacheHealthIndicator } from '@envol/cache/terminus';
import { EnvolError, LifecycleModule } from '@envol/common';
import { ServiceDiscovery, ServiceDiscoveryModule } from '@envol/discovery';
import { DiscoveryHealthIndicator } from '@envol/discovery/terminus';
import { LoadBalancerModule, peakEwma } from '@envol/load-balancer';
import { MemoryGuard, MemoryModule } from '@envol/memory';
import { MemoryHealthIndicator } from '@envol/memory/terminus';
import { PerformanceInterceptor, PerformanceModule } from '@envol/performance';
import { Module, StandardSchemaValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { LoggerModule } from 'nestjs-pino';
import { IDEMPOTENT } from '../contract/patterns.js';
import { loggerOptions } from '../logging.js';
import { registryOf } from '../registry.js';
import type { Settings } from '../settings.js';
import { cacheModule } from './caches.js';
import { CheckinsController } from './checkins.controller.js';
import { CitiesController } from './cities.controller.js';
import { CountriesController } from './countries.controller.js';
import { GatewayHealth } from './gateway-health.js';
import { HealthController } from './health.controller.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { PlacesClient } from './places.client.js';
import { ProblemFilter } from './problem.filter.js';

/** Longer than a replica waits for a shard that is away, so that the shard is blamed for it and not the replica. */
const PLACES_TIMEOUT = '2500ms';

/**
 * How fast the balancer forgets what it measured. Calls here take milliseconds, and the first ones after a start take
 * much longer: with the default of 10 s they would decide for as long who is asked.
 */
const MEMORY = '300ms';

/** The public API: HTTP in, calls to the places service out, layered caches in between. No database. */
@Module({})
export class GatewayModule {
  static forSettings(settings: Settings): DynamicModule {
    if (settings.PLACES_INSTANCES === undefined && settings.CONSUL_URL === undefined) throw missingSettings();
    return {
      module: GatewayModule,
      imports: [
        loggerModule(settings),
        LifecycleModule,
        PerformanceModule.forRoot({}),
        MemoryModule.forRoot({}),
        ServiceDiscoveryModule.forRoot({ registry: registryOf(settings) }),
        clientModule(),
        cacheModule(settings),
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [CitiesController, CountriesController, CheckinsController, HealthController],
      providers: [
        PlacesClient,
        GatewayHealth,
        CacheHealthIndicator,
        DiscoveryHealthIndicator,
        MemoryHealthIndicator,
        { provide: APP_INTERCEPTOR, useClass: PerformanceInterceptor },
        { provide: APP_GUARD, useExisting: MemoryGuard },
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

/** Calls go to the replicas that discovery knows, as they come and go. */
function clientModule(): DynamicModule {
  return LoadBalancerModule.forFeatureAsync({
    names: ['places'],
    inject: [ServiceDiscovery],
    useFactory: (discovery: ServiceDiscovery) => ({
      clients: [
        {
          name: 'places',
          instances: discovery.source('places'),
          balancer: peakEwma({ tau: MEMORY }),
          idempotent: IDEMPOTENT,
          requestTimeout: PLACES_TIMEOUT,
        },
      ],
    }),
  });
}

function missingSettings(): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_MISSING_SETTINGS',
    'The gateway needs PLACES_INSTANCES or CONSUL_URL in its environment',
    'Start it through npm start, or set one: PLACES_INSTANCES=127.0.0.1:4001,127.0.0.1:4002',
  );
}
