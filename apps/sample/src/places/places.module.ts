import { LifecycleModule } from '@envol/common';
import { ServiceDiscoveryModule } from '@envol/discovery';
import { PerformanceInterceptor, PerformanceModule } from '@envol/performance';
import { ShardsHealthIndicator } from '@envol/sharding/terminus';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { LoggerModule } from 'nestjs-pino';
import { loggerOptions } from '../logging.js';
import { registryOf } from '../registry.js';
import { CheckinsService } from './checkins.service.js';
import { CitiesService } from './cities.service.js';
import { PlacesController } from './places.controller.js';
import { PlacesHealth } from './places-health.js';
import { RemoteErrorFilter } from './remote-error.filter.js';
import type { ReplicaSettings } from './replica-settings.js';
import { shardingModule } from './shards.js';
import { CURSOR_SECRETS } from './tokens.js';

/** Consul forgets a replica that is silent for so long; the balancer notices by itself long before. */
const TTL = '10s';

/** The places service: cities and check-ins, spread over the shards. */
@Module({})
export class PlacesModule {
  static forSettings({ port, managementPort, shards, cursorSecrets, settings }: ReplicaSettings): DynamicModule {
    return {
      module: PlacesModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: loggerOptions(`places:${port}`, settings), microservice: true }),
        LifecycleModule,
        PerformanceModule.forRoot({}),
        ServiceDiscoveryModule.forRoot({
          registry: registryOf(settings),
          register: {
            name: 'places',
            check: { type: 'ttl', ttl: TTL },
            meta: { metrics_port: String(managementPort) },
          },
        }),
        TerminusModule.forRoot({ logger: false }),
        shardingModule(shards),
      ],
      controllers: [PlacesController],
      providers: [
        CitiesService,
        CheckinsService,
        PlacesHealth,
        ShardsHealthIndicator,
        { provide: CURSOR_SECRETS, useValue: cursorSecrets },
        { provide: APP_INTERCEPTOR, useClass: PerformanceInterceptor },
        { provide: APP_FILTER, useClass: RemoteErrorFilter },
      ],
    };
  }
}
