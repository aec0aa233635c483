import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Logger, Module, type INestApplication } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { freePort } from '@envol/services';
import { ShardingModule, type ShardOptions } from '../src/index.js';
import { ShardsHealthIndicator, type ShardsHealthOptions } from '../src/terminus/index.js';
import { City } from './entities.js';
import { memoryShards } from './support.js';

Logger.overrideLogger(false);

@Injectable()
class HealthOptions {
  value: ShardsHealthOptions = {};
}

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly shards: ShardsHealthIndicator,
    private readonly options: HealthOptions,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.shards.isHealthy('shards', this.options.value)]);
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  providers: [ShardsHealthIndicator, HealthOptions],
  controllers: [HealthController],
})
class HealthModule {}

const apps: INestApplication[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

async function start(shards: readonly ShardOptions[]) {
  const imports = [ShardingModule.forRoot({ shards, entities: [City], synchronize: true }), HealthModule];
  const app = (await Test.createTestingModule({ imports }).compile()).createNestApplication();
  apps.push(app);
  await app.listen(0, '127.0.0.1');
  return app;
}

async function healthOf(app: INestApplication, options: ShardsHealthOptions) {
  app.get(HealthOptions).value = options;
  const response = await fetch(`${await app.getUrl()}/health`);
  const body: unknown = await response.json();
  return { code: response.status, body };
}

describe('ShardsHealthIndicator', () => {
  it('is up while all shards are', async () => {
    const app = await start(memoryShards(2));
    const shards = { status: 'up', shards: { s0: { state: 'up' }, s1: { state: 'up' } } };
    expect(await healthOf(app, {})).toMatchObject({ code: 200, body: { status: 'ok', details: { shards } } });
  });

  it('is down when more shards are away than may be, and degraded when fewer are; no address or password in it', async () => {
    const port = await freePort();
    const url = `postgres://admin:s3cret@127.0.0.1:${port}/app`;
    const app = await start(['s0', 's1'].map((name) => ({ name, type: 'postgres' as const, url })));
    const away = { s0: { state: 'away' }, s1: { state: 'away' } };
    for (const options of [{}, { maxAway: 1 }]) {
      expect(await healthOf(app, options)).toMatchObject({
        code: 503,
        body: { status: 'error', details: { shards: { status: 'down', shards: away } } },
      });
    }
    expect(app.get(ShardsHealthIndicator, { strict: false }).isHealthy('shards')).toEqual({
      shards: { status: 'down', shards: away },
    });
    expect(await healthOf(app, { maxAway: 2 })).toMatchObject({
      code: 200,
      body: { status: 'degraded', details: { shards: { status: 'degraded', shards: away } } },
    });
  });

  it('refuses an unknown option, and a number that is none', async () => {
    const indicator = (await start(memoryShards(1))).get(ShardsHealthIndicator, { strict: false });
    const unknown: object = { maxaway: 1 };
    expect(() => indicator.isHealthy('shards', unknown)).toThrow('did you mean "maxAway"?');
    expect(() => indicator.isHealthy('shards', { maxAway: -1 })).toThrow('isHealthy() options: maxAway');
  });
});
