import { Cache, CacheModule, layered, memory } from '@envol/cache';
import { CacheHealthIndicator, type CacheHealthOptions } from '@envol/cache/terminus';
import { CLOCK } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { Controller, Get, Global, Injectable, Module, type INestApplication } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeRemote, remoteStore } from './fake-store.js';

@Injectable()
class HealthOptions {
  value: CacheHealthOptions = {};
}

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly cache: CacheHealthIndicator,
    private readonly options: HealthOptions,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.cache.isHealthy('cache', this.options.value)]);
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  providers: [CacheHealthIndicator, HealthOptions],
  controllers: [HealthController],
})
class HealthModule {}

const clock = new ManualClock();

@Global()
@Module({ providers: [{ provide: CLOCK, useValue: clock }], exports: [CLOCK] })
class ClockModule {}

const apps: INestApplication[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(remote: FakeRemote, options: CacheHealthOptions = {}) {
  const stores = { main: layered([memory(), remoteStore(remote)]), pages: memory() };
  const cacheModule = CacheModule.forRoot({ stores, default: 'main' });
  const module = await Test.createTestingModule({ imports: [ClockModule, cacheModule, HealthModule] }).compile();
  const app = module.createNestApplication();
  apps.push(app);
  await app.listen(0, '127.0.0.1');
  app.get(HealthOptions).value = options;
  return app;
}

async function healthOf(app: INestApplication) {
  const response = await fetch(`${await app.getUrl()}/health`);
  const body: unknown = await response.json();
  return { code: response.status, body };
}

async function takeDown(app: INestApplication, remote: FakeRemote): Promise<string> {
  remote.mood = 'failing';
  for (const key of ['a', 'b', 'c']) await app.get(Cache).get(key);
  return new Date(clock.now()).toISOString();
}

describe('CacheHealthIndicator', () => {
  it('is up while every remote store is, and names them', async () => {
    const app = await start(new FakeRemote());
    const cache = { status: 'up', stores: { 'main/remote': { state: 'up' } } };
    await expect(healthOf(app)).resolves.toMatchObject({ code: 200, body: { status: 'ok', details: { cache } } });
  });

  it('is degraded, and no failure, while a remote store is down: the cache goes on without it', async () => {
    const remote = new FakeRemote();
    const app = await start(remote);
    const downSince = await takeDown(app, remote);
    const cache = { status: 'degraded', stores: { 'main/remote': { state: 'down', downSince } } };
    await expect(healthOf(app)).resolves.toMatchObject({ code: 200, body: { status: 'degraded', details: { cache } } });

    remote.mood = 'well';
    await clock.advance(1_000);
    await expect(healthOf(app)).resolves.toMatchObject({ code: 200, body: { status: 'ok' } });
  });

  it('is down for who cannot do without the remote store', async () => {
    const remote = new FakeRemote();
    const app = await start(remote, { remoteRequired: true });
    await expect(healthOf(app)).resolves.toMatchObject({ code: 200 });
    await takeDown(app, remote);
    const cache = { status: 'down', stores: { 'main/remote': { state: 'down' } } };
    await expect(healthOf(app)).resolves.toMatchObject({ code: 503, body: { status: 'error', details: { cache } } });
  });

  it('refuses an unknown option', async () => {
    const app = await start(new FakeRemote());
    const wrong: object = { remoteRequird: true };
    expect(() => app.get(CacheHealthIndicator, { strict: false }).isHealthy('cache', wrong)).toThrow(
      '"remoteRequird" is not an option, did you mean "remoteRequired"?',
    );
  });
});
