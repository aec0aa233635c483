import 'reflect-metadata';
import { CacheModule, layered, memory } from '@envol/cache';
import { redis } from '@envol/cache/redis';
import { eventually } from '@envol/common/testing';
import { ServiceDiscovery, ServiceDiscoveryModule, staticRegistry } from '@envol/discovery';
import { InjectClient, LoadBalancerModule } from '@envol/load-balancer';
import { MemoryModule } from '@envol/memory';
import {
  Measure,
  PerformanceInterceptor,
  PerformanceModule,
  PerformanceMonitor,
  PrometheusExporter,
} from '@envol/performance';
import { freePort, startService } from '@envol/services';
import { ShardingModule, ShardKey } from '@envol/sharding';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { ClientProxy, MessagePattern, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity()
class City {
  @ShardKey()
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;
}

@Controller()
class CitiesController {
  constructor(@InjectClient('cities') private readonly cities: ClientProxy) {}

  @Get('cities')
  list(): Promise<string[]> {
    return lastValueFrom(this.cities.send<string[]>('cities.list', {}));
  }

  @Get('broken')
  fail(): never {
    throw new Error('This route is broken.');
  }

  @Measure('cities.list')
  @MessagePattern('cities.list')
  async answer(): Promise<string[]> {
    return ['Bern', 'Graz'];
  }
}

/**
 * What an application that uses every lib shows to Prometheus. It has served a request, which it asked itself for by
 * message, and failed at another: what is counted by route, pattern or status is there from the first one on.
 */
export async function scrapeApplication(): Promise<string> {
  const server = await startService('redis');
  try {
    return await scrape(`redis://${server.host}:${server.port}`, await freePort());
  } finally {
    await server.stop();
  }
}

async function scrape(redisUrl: string, port: number): Promise<string> {
  const tcp = { host: '127.0.0.1', port };
  @Module({
    imports: [
      PerformanceModule.forRoot({ cacheFor: 0 }),
      MemoryModule.forRoot({}),
      ServiceDiscoveryModule.forRoot({ registry: staticRegistry({ cities: [tcp] }) }),
      CacheModule.forRoot({ stores: { main: layered([memory(), redis({ url: redisUrl })]) } }),
      LoadBalancerModule.forFeature({ clients: [{ name: 'cities', instances: [tcp] }] }),
      ShardingModule.forRoot({
        shards: [
          { name: 'shard0', type: 'sqljs' },
          { name: 'shard1', type: 'sqljs' },
        ],
        entities: [City],
        synchronize: true,
      }),
    ],
    controllers: [CitiesController],
    providers: [{ provide: APP_INTERCEPTOR, useExisting: PerformanceInterceptor }],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: false });
  app.connectMicroservice({ transport: Transport.TCP, options: tcp }, { inheritAppConfig: true });
  try {
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    await app.get(ServiceDiscovery).discover('cities');
    app.get(PerformanceMonitor).setThreshold('http', 1);
    const url = await app.getUrl();
    const statuses = await Promise.all(
      ['cities', 'broken'].map(async (path) => (await fetch(`${url}/${path}`)).status),
    );
    if (statuses.join() !== '200,500') throw new Error(`The application answered ${statuses.join()}`);
    return await afterGarbageCollection(() => app.get(PrometheusExporter).text());
  } finally {
    await app.close();
  }
}

/** Makes garbage until its collection is in the text: the kinds of collection are known when there was one. */
async function afterGarbageCollection(scrapeText: () => Promise<string>): Promise<string> {
  let text = '';
  await eventually(async () => {
    Array.from({ length: 100_000 }, (_, index) => ({ index }));
    text = await scrapeText();
    if (!text.includes('nodejs_gc_duration_seconds_sum')) throw new Error('Nothing was collected yet');
  }, 30_000);
  return text;
}
