import { connect } from 'node:net';
import { requestContext } from '@envol/common';
import { eventually, ManualClock } from '@envol/common/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Get,
  HttpCode,
  Module,
  NotFoundException,
  Param,
  Post,
  UseGuards,
  Version,
  VersioningType,
  type CanActivate,
  type INestApplication,
  type MiddlewareConsumer,
  type ModuleMetadata,
  type NestModule,
  type Type,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { PerformanceInterceptor, PerformanceMonitor, type ThresholdHandler } from '../src/index.js';
import { labelsOf, valueOf } from './exposition.js';
import { clockModule, performanceModule, scrape, StartedApps } from './support.js';

const METRIC = 'envol_performance_http_request_seconds';
const IN_FLIGHT = 'envol_performance_http_requests_in_flight';

class Nobody implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** Answers of `/cities/slow` wait for this. */
let release: () => void = () => undefined;

@Controller('cities')
class CitiesController {
  @Get('slow')
  slow(): Promise<string> {
    return new Promise((done) => {
      release = () => done('at last');
    });
  }

  @Get('broken')
  broken(): never {
    throw new Error('broken');
  }

  @Get('guarded')
  @UseGuards(Nobody)
  guarded(): string {
    return 'never';
  }

  @Get(':id')
  find(@Param('id') id: string): string {
    if (id === '404') throw new NotFoundException();
    return id;
  }

  @Post()
  @HttpCode(202)
  create(): void {}

  @Get(':id/mayor')
  @Version('2')
  mayor(): string {
    return 'someone';
  }
}

@Module({})
class EveryRouteModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply((_request: object, _response: object, next: () => void) => next()).forRoutes('*path');
  }
}

const apps = new StartedApps();
afterEach(async () => {
  release();
  await apps.closeAll();
});

function start(
  metadata: ModuleMetadata = {},
  prepare?: (app: INestApplication) => unknown,
  imports: ModuleMetadata['imports'] = [performanceModule()],
) {
  return apps.start({ controllers: [CitiesController], ...metadata, imports }, prepare);
}

async function request(app: INestApplication, path: string, options: RequestInit = {}): Promise<number> {
  const response = await fetch(`${await app.getUrl()}${path}`, options);
  await response.arrayBuffer();
  return response.status;
}

/** `METHOD route status` of all series, once there are as many requests as expected. */
async function served(app: INestApplication, requests: number): Promise<string[]> {
  return eventually(async () => {
    const text = await scrape(app);
    const series = labelsOf(text, METRIC);
    const total = series.reduce((sum, labels) => sum + (valueOf(text, `${METRIC}_count`, labels) ?? 0), 0);
    expect(total).toBe(requests);
    return series.map(({ method, route, status }) => `${method} ${route} ${status}`).toSorted();
  });
}

describe('timing of HTTP', () => {
  it('has a series per method, route template and status', async () => {
    const app = await start();
    for (const path of ['/cities/1', '/cities/2?x=/cities/3', '/cities/404', '/cities/broken'])
      await request(app, path);
    await request(app, '/cities', { method: 'POST' });
    await request(app, '/cities/7', { method: 'HEAD' });
    await expect(served(app, 6)).resolves.toEqual([
      'GET /cities/:id 200',
      'GET /cities/:id 404',
      'GET /cities/broken 500',
      'HEAD /cities/:id 200',
      'POST /cities 202',
    ]);
  });

  it('has what never reaches a handler: unknown paths, refused ones, failing and answering middleware', async () => {
    const app = await start({}, (one) => {
      one.use('/forbidden', (_request: object, response: { sendStatus(code: number): void }) =>
        response.sendStatus(401),
      );
      one.use('/failing', () => {
        throw new Error('broken');
      });
    });
    for (const path of ['/nowhere/1', '/nowhere/2', '/cities/guarded', '/forbidden', '/failing'])
      await request(app, path);
    await request(app, '/cities', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    await request(app, '/cities/1', { method: 'PROPFIND' });
    await expect(served(app, 7)).resolves.toEqual([
      'GET /cities/guarded 403',
      'GET _unmatched 401',
      'GET _unmatched 404',
      'GET _unmatched 500',
      'POST _unmatched 400',
      '_OTHER _unmatched 404',
    ]);
  });

  it('has templates with the global prefix and the version, and one label for what no route took below the prefix', async () => {
    const app = await start({}, (one) => {
      one.setGlobalPrefix('api');
      one.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    });
    for (const path of ['/api/v1/cities/5', '/api/v2/cities/5/mayor', '/api/v1/nothing', '/cities/5'])
      await request(app, path);
    await expect(served(app, 4)).resolves.toEqual([
      'GET /api/v1/cities/:id 200',
      'GET /api/v2/cities/:id/mayor 200',
      'GET _unmatched 404',
    ]);
  });

  it('has one label for what no route took below a middleware for all routes too', async () => {
    const app = await start({}, undefined, [performanceModule(), EveryRouteModule]);
    for (const path of ['/cities/1', '/nowhere']) await request(app, path);
    await expect(served(app, 2)).resolves.toEqual(['GET /cities/:id 200', 'GET _unmatched 404']);
  });

  it('never takes a value out of a mount path for a route', async () => {
    const mounted = new ExpressAdapter();
    mounted.get('/page', (_request: object, response: { sendStatus(code: number): void }) => response.sendStatus(200));
    const app = await start({}, (one) => one.use('/tenants/:id', mounted.getInstance()));
    for (const tenant of [1, 2, 3]) await request(app, `/tenants/${tenant}/page`);
    await expect(served(app, 3)).resolves.toEqual(['GET _unmatched 200']);
  });

  it('has requests whose client went away as aborted, and counts those in flight', async () => {
    const app = await start();
    const client = new AbortController();
    const answer = request(app, '/cities/slow', { signal: client.signal });
    await eventually(async () => expect(valueOf(await scrape(app), IN_FLIGHT)).toBe(1));
    client.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expect(served(app, 1)).resolves.toEqual(['GET /cities/slow aborted']);
    expect(valueOf(await scrape(app), IN_FLIGHT)).toBe(0);
  });

  it('forgets no request of a connection that sends several at once and goes away', async () => {
    const app = await start();
    const { port } = new URL(await app.getUrl());
    const socket = connect(Number(port), '127.0.0.1');
    const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    socket.write(head('/cities/slow') + head('/cities/1') + head('/cities/2'));
    await eventually(async () => expect(valueOf(await scrape(app), IN_FLIGHT)).toBe(3));
    socket.destroy();
    await expect(served(app, 3)).resolves.toEqual(['GET /cities/:id aborted', 'GET /cities/slow aborted']);
    expect(valueOf(await scrape(app), IN_FLIGHT)).toBe(0);
  });

  it('measures from the head of the request to the end of the response', async () => {
    const clock = new ManualClock();
    const app = await start({}, undefined, [clockModule(clock), performanceModule({ process: false })]);
    const answer = request(app, '/cities/slow');
    await eventually(async () => expect(valueOf(await scrape(app), IN_FLIGHT)).toBe(1));
    await clock.advance(1_250);
    release();
    await answer;
    await served(app, 1);
    const labels = { method: 'GET', route: '/cities/slow', status: '200' };
    expect(valueOf(await scrape(app), `${METRIC}_sum`, labels)).toBe(1.25);
  });

  it('leaves other servers of the process alone', async () => {
    const [one, other] = [await start(), await start()];
    await request(one, '/cities/1');
    await request(other, '/cities/guarded');
    await expect(served(one, 1)).resolves.toEqual(['GET /cities/:id 200']);
    await expect(served(other, 1)).resolves.toEqual(['GET /cities/guarded 403']);
  });

  it('is off with http: false', async () => {
    const app = await start({}, undefined, [performanceModule({ http: false })]);
    await request(app, '/cities/1');
    const text = await scrape(app);
    expect(text).not.toContain('envol_performance_http');
    expect(app.get(PerformanceMonitor).metrics()).toEqual({});
  });

  it('shows up in metrics(), as a whole and by route, with 5xx as errors', async () => {
    const app = await start();
    for (const path of ['/cities/1', '/cities/404', '/cities/broken']) await request(app, path);
    await served(app, 3);
    expect(app.get(PerformanceMonitor).metrics()).toMatchObject({
      http: { count: 3, errors: 1 },
      'http GET /cities/:id': { count: 2, errors: 0 },
      'http GET /cities/broken': { count: 1, errors: 1 },
    });
  });

  it('sets off thresholds, with route and request id, also where the id is on the request only', async () => {
    const handler = jest.fn<ThresholdHandler>();
    const app = await start({}, (one) => {
      one.use((incoming: { id?: string }, _response: object, next: () => void) => {
        incoming.id = 'r-7';
        next();
      });
    });
    app.get(PerformanceMonitor).setThreshold('http GET /cities/:id', 1e-9, { handler, breaches: 1 });
    await request(app, '/cities/1');
    await eventually(() => expect(handler).toHaveBeenCalledTimes(1));
    expect(handler).toHaveBeenCalledWith(
      expect.objectContaining({
        metric: 'http GET /cities/:id',
        route: 'GET /cities/:id',
        requestId: 'r-7',
        breaches: 1,
      }),
    );
  });
});

describe('PerformanceInterceptor on HTTP', () => {
  const global: { provide: string; useExisting: Type }[] = [
    { provide: APP_INTERCEPTOR, useExisting: PerformanceInterceptor },
  ];

  it('leaves the series as they are without it', async () => {
    const app = await start({ providers: global }, (one) => one.setGlobalPrefix('api'));
    for (const path of ['/api/cities/1', '/api/cities/guarded', '/api/nothing']) await request(app, path);
    await expect(served(app, 3)).resolves.toEqual([
      'GET /api/cities/:id 200',
      'GET /api/cities/guarded 403',
      'GET _unmatched 404',
    ]);
  });

  it('adds the request id of the context, also to requests whose client went away', async () => {
    const handler = jest.fn<ThresholdHandler>();
    const app = await start({ providers: global }, (one) => {
      one.use((_request: object, _response: object, next: () => void) =>
        requestContext.run({ requestId: 'r-8' }, next),
      );
    });
    app.get(PerformanceMonitor).setThreshold('http', 1e-9, { handler, breaches: 1, cooldown: 0 });
    await request(app, '/cities/1');
    await eventually(() => expect(handler).toHaveBeenCalledTimes(1));
    const client = new AbortController();
    const answer = request(app, '/cities/slow', { signal: client.signal });
    await eventually(async () => expect(valueOf(await scrape(app), IN_FLIGHT)).toBe(1));
    client.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(() => expect(handler).toHaveBeenCalledTimes(2));
    expect(handler.mock.calls.map(([{ route, requestId }]) => [route, requestId])).toEqual([
      ['GET /cities/:id', 'r-8'],
      ['GET /cities/slow', 'r-8'],
    ]);
  });
});
