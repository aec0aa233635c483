import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caches } from '@envol/cache';
import { Lifecycle } from '@envol/common';
import { ServiceDiscovery } from '@envol/discovery';
import { clientToken, type LoadBalancedClientProxy } from '@envol/load-balancer';
import { MemoryMonitor } from '@envol/memory';
import { PrometheusExporter } from '@envol/performance';
import type { INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Logger } from 'nestjs-pino';
import { problemSchema } from '../contract/schemas.js';
import { ManagementModule, type Managed } from '../management/management.module.js';
import type { Settings } from '../settings.js';
import { GatewayHealth } from './gateway-health.js';
import { GatewayModule } from './gateway.module.js';
import { PlacesClient } from './places.client.js';
import { requestContextMiddleware } from './request-context.middleware.js';

/** What requests that are under way get to finish, in milliseconds, before their connections are cut. */
const DRAIN_TIMEOUT = 1_500;

/**
 * How long a draining gateway still answers new requests, in milliseconds. Each answer says "connection: close", so that
 * no connection is closed in the moment its client uses it. Who connects anew until the very end may still be refused
 * or cut off: that is for the load balancer in front, which sees that the gateway is not ready.
 */
const LEAVE_TIME = 500;

/** Nest tells every route at start; the log of Atlas begins when it serves. Errors go to who called. */
const BOOT = { logger: ['error', 'warn'], abortOnError: false } satisfies NestApplicationOptions;

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  readonly managementUrl: string;
  /** Resolves when a replica answers: from then on the gateway says that it is ready. */
  readonly ready: Promise<void>;
  /** Stops taking requests, finishes those it has, closes everything. */
  close(): Promise<void>;
}

/** Starts the public port and the management port. */
export async function startGateway(settings: Settings): Promise<Gateway> {
  const app = await NestFactory.create<NestExpressApplication>(GatewayModule.forSettings(settings), {
    ...BOOT,
    bodyParser: false,
  });
  const management = await NestFactory.create<NestExpressApplication>(ManagementModule.of(managed(app)), BOOT);
  const lifecycle = app.get(Lifecycle);
  for (const server of [app, management]) server.disable('x-powered-by');
  app.useBodyParser('json');
  app.use(requestContextMiddleware(settings.REQUEST_TIMEOUT, lifecycle));

  lifecycle.onDrain(() => drainConnections(app.getHttpServer()));
  // So that "Try it out" in /docs, which is on the other port, can call the API.
  app.enableCors({ origin: ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${settings.MANAGEMENT_PORT}`) });
  await app.listen(settings.PORT, settings.HOST);
  const url = await app.getUrl();
  SwaggerModule.setup('docs', management, SwaggerModule.createDocument(app, apiDescription(url)));
  await management.listen(settings.MANAGEMENT_PORT, '127.0.0.1');
  app.useLogger(app.get(Logger));
  const ready = lifecycle.waitFor('places', firstAnswer(app.get(PlacesClient), lifecycle));
  return {
    url,
    managementUrl: await management.getUrl(),
    ready,
    async close() {
      await lifecycle.drain();
      await Promise.all([app.close(), management.close()]);
    },
  };
}

function managed(app: INestApplicationContext): Managed {
  const places = app.get<LoadBalancedClientProxy>(clientToken('places'), { strict: false });
  const [caches, discovery, memory] = [app.get(Caches), app.get(ServiceDiscovery), app.get(MemoryMonitor)];
  return {
    lifecycle: app.get(Lifecycle),
    metrics: app.get(PrometheusExporter),
    health: () => app.get(GatewayHealth).check(),
    describe: () => ({
      places: places.describe(),
      discovery: discovery.describe(),
      caches: caches.describe(),
      memory: memory.describe(),
    }),
  };
}

function apiDescription(url: string) {
  return new DocumentBuilder()
    .addServer(url)
    .addGlobalResponse({ status: 'default', standardSchema: problemSchema, description: 'What went wrong' })
    .setTitle('Atlas')
    .setVersion('0')
    .setDescription('Cities of the world and who was there: the sample application of Envol.')
    .build();
}

/** Resolves when a replica answers. */
async function firstAnswer(places: PlacesClient, lifecycle: Lifecycle): Promise<void> {
  while (lifecycle.phase !== 'draining') {
    try {
      return void (await places.ping());
    } catch {
      await sleep(100);
    }
  }
}

/** Lets clients leave, then refuses new connections and waits for the requests under way. */
async function drainConnections(server: Server): Promise<void> {
  await sleep(LEAVE_TIME);
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
