import { Agent, request as httpRequest } from 'node:http';
import { RecordingMetrics } from '@envol/common/testing';
import { METRICS_SINK } from '@envol/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Global, Module, Post, UseGuards, type INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { MemoryExempt, MemoryGuard, MemoryModule, MemoryMonitor, type ShedOptions } from '../src/index.js';
import { MemoryUser, userLimits } from './memory-user.js';

@Controller()
class CitiesController {
  readonly bodies: unknown[] = [];
  finish: () => void = () => undefined;
  begun: Promise<void> = Promise.resolve();
  #begin: () => void = () => undefined;

  @Get('cities')
  cities(): string {
    return 'cities';
  }

  @Post('cities')
  create(@Body() body: unknown): string {
    this.bodies.push(body);
    return 'created';
  }

  @Get('slow')
  slow(): Promise<string> {
    this.#begin();
    return new Promise((resolve) => {
      this.finish = () => resolve('slow');
    });
  }

  /** Resolves when a request has come to `slow`. */
  expectSlow(): Promise<void> {
    return new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  @MemoryExempt()
  @Get('important')
  important(): string {
    return 'important';
  }

  @MessagePattern('cities')
  message(): string {
    return 'message';
  }

  @MemoryExempt()
  @MessagePattern('important')
  importantMessage(): string {
    return 'important message';
  }
}

@Controller(['health', 'metrics'])
class HealthController {
  @Get()
  all(): string {
    return 'fine';
  }

  @Get('live')
  live(): string {
    return 'alive';
  }
}

@MemoryExempt()
@Controller('admin')
class AdminController {
  @Get()
  admin(): string {
    return 'admin';
  }
}

@UseGuards(MemoryGuard)
@Controller('guarded')
class GuardedController {
  @Get()
  guarded(): string {
    return 'guarded';
  }
}

const silent = { log() {}, warn() {}, error() {} };
const metrics = new RecordingMetrics();

@Global()
@Module({ providers: [{ provide: METRICS_SINK, useValue: metrics }], exports: [METRICS_SINK] })
class MetricsModule {}

const apps: INestApplication[] = [];

async function start(shed: ShedOptions = {}, withGuard = false) {
  const module = await Test.createTestingModule({
    imports: [MetricsModule, MemoryModule.forRoot({ ...userLimits, shed })],
    controllers: [CitiesController, HealthController, AdminController, GuardedController],
    providers: [MemoryUser, ...(withGuard ? [{ provide: APP_GUARD, useExisting: MemoryGuard }] : [])],
  })
    .setLogger(silent)
    .compile();
  const app = module.createNestApplication();
  apps.push(app);
  const use = (bytes: number): Promise<void> => {
    app.get(MemoryUser).bytes = bytes;
    return app.get(MemoryMonitor).check();
  };
  return { app, use };
}

async function listen(app: INestApplication) {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const status = async (path: string): Promise<number> => (await fetch(url + path)).status;
  return { url, status };
}

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

describe('over a hard limit the HTTP server', () => {
  it('answers 503 with Retry-After, and serves again when it is under it', async () => {
    const { app, use } = await start({ retryAfter: '7s' });
    const { url, status } = await listen(app);
    await use(10);
    expect(await status('/cities')).toBe(200);
    const before = metrics.value('envol_memory_shed_total', { place: 'server' }) ?? 0;
    await use(20);
    const answer = await fetch(`${url}/cities`);
    expect(answer.status).toBe(503);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'retry-after': '7',
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
    });
    await expect(answer.json()).resolves.toEqual({
      statusCode: 503,
      error: 'Service Unavailable',
      code: 'ENVOL_MEMORY_OVERLOADED',
      message: 'The service is short of memory; try again later',
    });
    expect(metrics.value('envol_memory_shed_total', { place: 'server' })).toBe(before + 1);
    await use(0);
    expect(await status('/cities')).toBe(200);
  });

  it('serves health and metrics all the same, and what else is exempt by its path', async () => {
    const { app, use } = await start();
    const { status } = await listen(app);
    await use(20);
    for (const path of ['/health', '/health?verbose', '/health/live', '/metrics']) expect(await status(path)).toBe(200);
    for (const path of ['/', '/cities', '/admin', '/nowhere']) expect(await status(path)).toBe(503);
    const other = await start({ exempt: ['/cities'] });
    const { status: otherStatus } = await listen(other.app);
    await other.use(20);
    expect([await otherStatus('/cities'), await otherStatus('/health')]).toEqual([200, 503]);
  });

  it('finds exempt paths below the global prefix too, as does the guard', async () => {
    for (const shed of [{}, { server: false }]) {
      const { app, use } = await start(shed, true);
      app.setGlobalPrefix('api/v1', { exclude: ['metrics'] });
      const { status } = await listen(app);
      await use(20);
      for (const path of ['/api/v1/health', '/API/v1/health/live/', '/metrics']) expect(await status(path)).toBe(200);
      expect(await status('/api/v1/cities')).toBe(503);
    }
  });

  it('comes before middleware, body parsers and guards', async () => {
    const { app, use } = await start();
    let passed = 0;
    app.use((_request: unknown, _response: unknown, next: () => void) => {
      passed += 1;
      next();
    });
    const { url } = await listen(app);
    await use(20);
    const body = JSON.stringify({ name: 'x'.repeat(5_000_000) });
    const answer = await fetch(`${url}/cities`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(503);
    expect([passed, app.get(CitiesController).bodies]).toEqual([0, []]);
  });

  it('does not cut off the answer to a request with a body: the connection stays until that was sent', async () => {
    const { app, use } = await start();
    const { url } = await listen(app);
    await use(20);
    const agent = new Agent({ keepAlive: true });
    const options = { agent, method: 'POST', headers: { 'transfer-encoding': 'chunked' } };
    const answer = new Promise((resolve, reject) => {
      const request = httpRequest(`${url}/cities`, options);
      request.once('error', reject).once('response', (response) => {
        response.resume().once('end', () => {
          request.end();
          resolve({ status: response.statusCode, connection: response.headers.connection });
        });
      });
      request.write('{');
    });
    await expect(answer.finally(() => agent.destroy())).resolves.toEqual({ status: 503, connection: 'keep-alive' });
  });

  it('lets a request that is under way finish', async () => {
    const { app, use } = await start();
    const { url, status } = await listen(app);
    const cities = app.get(CitiesController);
    const begun = cities.expectSlow();
    const slow = fetch(`${url}/slow`);
    await begun;
    await use(20);
    const other = await status('/cities');
    cities.finish();
    await expect((await slow).text()).resolves.toBe('slow');
    expect(other).toBe(503);
  });

  it('sheds nothing with enabled: false, and leaves it to the guard with server: false', async () => {
    const off = await start({ enabled: false }, true);
    const { status: offStatus } = await listen(off.app);
    await off.use(20);
    expect([await offStatus('/cities'), await offStatus('/guarded')]).toEqual([200, 200]);
    const guardOnly = await start({ server: false });
    const { status } = await listen(guardOnly.app);
    await guardOnly.use(20);
    expect([await status('/cities'), await status('/guarded')]).toEqual([200, 503]);
  });
});

describe('MemoryGuard', () => {
  it('answers 503 with Retry-After, and counts', async () => {
    const { app, use } = await start({ server: false }, true);
    const { url, status } = await listen(app);
    expect(await status('/cities')).toBe(200);
    await use(20);
    const before = metrics.value('envol_memory_shed_total', { place: 'guard' }) ?? 0;
    const answer = await fetch(`${url}/cities`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    await expect(answer.json()).resolves.toMatchObject({ statusCode: 503, code: 'ENVOL_MEMORY_OVERLOADED' });
    expect(metrics.value('envol_memory_shed_total', { place: 'guard' })).toBe(before + 1);
  });

  it('serves exempt handlers, controllers and paths', async () => {
    const { app, use } = await start({ server: false }, true);
    const { status } = await listen(app);
    await use(20);
    for (const path of ['/important', '/admin', '/health/live?x', '/metrics']) expect(await status(path)).toBe(200);
    expect(await status('/cities')).toBe(503);
  });

  it('answers messages of a microservice with an error that has a code', async () => {
    const { app, use } = await start({ server: false }, true);
    const microservice = app.connectMicroservice(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
      { inheritAppConfig: true },
    );
    await app.startAllMicroservices();
    await app.init();
    const { port } = microservice.unwrap<{ address(): { port: number } }>().address();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    const send = (pattern: string): Promise<unknown> => firstValueFrom(client.send(pattern, {}));
    try {
      await expect(send('cities')).resolves.toBe('message');
      await use(20);
      await expect(send('cities')).rejects.toEqual({
        code: 'ENVOL_MEMORY_OVERLOADED',
        message: 'The service is short of memory; try again later',
        retryAfter: 5,
      });
      await expect(send('important')).resolves.toBe('important message');
    } finally {
      await client.close();
    }
  });
});
