import { Lifecycle } from '@envol/common';
import { ServiceDiscovery } from '@envol/discovery';
import { carryRequestContext } from '@envol/load-balancer';
import { PrometheusExporter } from '@envol/performance';
import { ShardRouter } from '@envol/sharding';
import type { INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ServerTCP, type MicroserviceOptions } from '@nestjs/microservices';
import { Logger } from 'nestjs-pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManagementModule, type Managed } from '../management/management.module.js';
import { PlacesHealth } from './places-health.js';
import { PlacesModule } from './places.module.js';
import type { ReplicaSettings } from './replica-settings.js';

const HOST = '127.0.0.1';

/** How long a replica still answers after it has left the registry, in milliseconds, so that its callers hear of it. */
const LEAVE_TIME = 250;

const BOOT = { logger: ['error', 'warn'], abortOnError: false } satisfies NestApplicationOptions;

/** Starts a replica and registers it; resolves, when it serves, to what ends it. */
export async function startReplica(settings: ReplicaSettings): Promise<() => Promise<void>> {
  const { port, managementPort } = settings;
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(PlacesModule.forSettings(settings), {
    ...BOOT,
    strategy: carryRequestContext(new ServerTCP({ host: HOST, port })),
  });
  const management = await NestFactory.create(ManagementModule.of(managed(app)), BOOT);
  const lifecycle = app.get(Lifecycle);
  await app.listen();
  await management.listen(managementPort, HOST);
  app.useLogger(app.get(Logger));
  app.get(Logger).log(`Listening on ${port}`, 'Places');
  await app.get(ServiceDiscovery).announce({ host: HOST, port });
  lifecycle.onDrain(() => sleep(LEAVE_TIME));
  return async () => {
    await lifecycle.drain();
    await Promise.all([app.close(), management.close()]);
  };
}

function managed(app: INestApplicationContext): Managed {
  const [router, discovery] = [app.get(ShardRouter), app.get(ServiceDiscovery)];
  return {
    lifecycle: app.get(Lifecycle),
    metrics: app.get(PrometheusExporter),
    health: () => app.get(PlacesHealth).check(),
    describe: () => ({ shards: router.describe(), discovery: discovery.describe() }),
  };
}
