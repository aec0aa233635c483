import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { loggerOptions } from '../logging.js';
import type { Settings } from '../settings.js';
import { CheckinsService } from './checkins.service.js';
import { CitiesService } from './cities.service.js';
import { PlacesController } from './places.controller.js';
import { RemoteErrorFilter } from './remote-error.filter.js';
import { shardingModule } from './shards.js';
import { CURSOR_SECRETS } from './tokens.js';

/** The places service: cities and check-ins, spread over the shards. */
@Module({})
export class PlacesModule {
  static forSettings(
    name: string,
    settings: Settings,
    shards: readonly string[],
    secrets: readonly string[],
  ): DynamicModule {
    return {
      module: PlacesModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: loggerOptions(name, settings), microservice: true }),
        shardingModule(shards),
      ],
      controllers: [PlacesController],
      providers: [
        CitiesService,
        CheckinsService,
        { provide: CURSOR_SECRETS, useValue: secrets },
        { provide: APP_FILTER, useClass: RemoteErrorFilter },
      ],
    };
  }
}
