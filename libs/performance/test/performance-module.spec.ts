import { hasSubscribers } from 'node:diagnostics_channel';
import { METRICS_SINK, noMetrics, type MetricsSink } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  Module,
  Optional,
  UseGuards,
  VersioningType,
  type CanActivate,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { collectDefaultMetrics, Counter, Gauge } from 'prom-client';
import { MetricsController, PerformanceModule, PerformanceMonitor, PrometheusExporter } from '../src/index.js';
import { labelsOf, valueOf } from './exposition.js';
import { clockModule, performanceModule, scrape, StartedApps } from './support.js';

/** Sends metrics the way every module of Envol does. */
@Injectable()
class ShopService {
  readonly orders;

  constructor(@Optional() @Inject(METRICS_SINK) metrics: MetricsSink = noMetrics) {
    this.orders = metrics.counter({ name: 'envol_shop_orders_total', help: 'Orders' }, { shop: 'main' });
  }
}

@Module({ providers: [ShopService] })
class ShopModule {}

class Nobody implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller('internal/metrics')
class InternalMetricsController extends MetricsController {}

@Controller('guarded/metrics')
@UseGuards(Nobody)
class GuardedMetricsController extends MetricsController {}

const apps = new StartedApps();
afterEach(() => apps.closeAll());

async function get(app: INestApplication, path: string) {
  const response = await fetch(`${await app.getUrl()}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('PerformanceModule', () => {
  it.each([
    ['before', [ShopModule, performanceModule()]],
    ['after', [performanceModule(), ShopModule]],
  ])('takes the metrics of a module imported %s it', async (_place, imports) => {
    const app = await apps.start({ imports });
    app.get(ShopService).orders.add(2);
    expect(valueOf(await scrape(app), 'envol_shop_orders_total', { shop: 'main' })).toBe(2);
  });

  it('is global, unless it shall not be', async () => {
    const app = await apps.start({ imports: [PerformanceModule.forRoot({ isGlobal: false }), ShopModule] });
    app.get(ShopService).orders.add(2);
    await expect(scrape(app)).resolves.not.toContain('envol_shop');
  });

  it('takes its options from other providers', async () => {
    const module = PerformanceModule.forRootAsync({ useFactory: async () => ({ process: false }) });
    await expect(scrape(await apps.start({ imports: [module] }))).resolves.not.toContain('nodejs_');
  });

  it('refuses an option that it does not know, and names the one that was meant', async () => {
    const options: object = { maxSerie: 5 };
    const started = Test.createTestingModule({ imports: [PerformanceModule.forRoot(options)] }).compile();
    await expect(started).rejects.toMatchObject({
      code: 'ENVOL_PERFORMANCE_INVALID_OPTIONS',
      message: expect.stringContaining('did you mean "maxSeries"?'),
    });
  });

  it('may be there twice in a process, and again after a reload', async () => {
    const imports = [performanceModule(), ShopModule];
    const [one, other] = [await apps.start({ imports }), await apps.start({ imports })];
    one.get(ShopService).orders.add(1);
    expect(valueOf(await scrape(other), 'envol_shop_orders_total', { shop: 'main' })).toBe(0);
    await apps.closeAll();
    expect(valueOf(await scrape(await apps.start({ imports })), 'envol_shop_orders_total', { shop: 'main' })).toBe(0);
  });

  it('works in an application without HTTP', async () => {
    const app = await NestFactory.createApplicationContext(
      { module: ShopModule, imports: [performanceModule()] },
      { logger: false },
    );
    app.get(PerformanceMonitor).measure('job', () => 1);
    const text = await app.get(PrometheusExporter).text();
    expect(labelsOf(text, 'envol_performance_measure_seconds')).toEqual([{ key: 'job', outcome: 'ok' }]);
    expect(text).not.toContain('envol_performance_http');
    await app.close();
  });

  it('leaves no timer and no subscription when the application closes', async () => {
    const clock = new ManualClock();
    const app = await apps.start({ imports: [clockModule(clock), performanceModule()] });
    app.get(PerformanceMonitor).setThreshold('job', 0.1, { breaches: 1 });
    await app.get(PerformanceMonitor).measure('job', () => clock.advance(500));
    expect(clock.pendingTimers).toBe(1);
    expect(hasSubscribers('http.server.request.start')).toBe(true);
    await apps.closeAll();
    expect(clock.pendingTimers).toBe(0);
    expect(hasSubscribers('http.server.request.start')).toBe(false);
    expect(hasSubscribers('http.server.response.finish')).toBe(false);
  });

  it('exports what the application makes with prom-client', async () => {
    const app = await apps.start({ imports: [performanceModule()] });
    const { registry } = app.get(PrometheusExporter);
    new Counter({ name: 'shop_visits_total', help: 'Visits', registers: [registry] }).inc(4);
    expect(valueOf(await scrape(app), 'shop_visits_total')).toBe(4);
  });
});

describe('with a metric of the application that hangs', () => {
  it('a scrape has all others, after the time that the options give', async () => {
    const app = await apps.start({ imports: [performanceModule({ collectTimeout: 10 })] });
    const { registry } = app.get(PrometheusExporter);
    const collect = () => new Promise<void>(() => undefined);
    registry.registerMetric(new Gauge({ name: 'shop_stock', help: 'Stock', registers: [], collect }));
    const text = await scrape(app);
    expect(text).toContain('nodejs_version_info');
    expect(text).not.toContain('shop_stock');
  });
});

describe('with process: false', () => {
  it("there is room for prom-client's own metrics of the process", async () => {
    const app = await apps.start({ imports: [performanceModule({ process: false })] });
    collectDefaultMetrics({ register: app.get(PrometheusExporter).registry });
    await expect(scrape(app)).resolves.toContain('process_cpu_seconds_total');
  });
});

describe('the log', () => {
  const lines: string[] = [];
  const write = (line: unknown) => void lines.push(String(line));
  const logger = { log: write, warn: write, error: write };

  it('has what was cut off, what cannot be read, what is too slow, what failed, and what recovered', async () => {
    const clock = new ManualClock();
    const module = { module: ShopModule, imports: [clockModule(clock), performanceModule({ maxSeries: 10 })] };
    const app = await NestFactory.createApplicationContext(module, { logger });
    const [monitor, metrics] = [app.get(PerformanceMonitor), app.get<MetricsSink>(METRICS_SINK)];
    const broken = () => {
      throw new Error('closed');
    };
    metrics.gauge({ name: 'envol_shop_open', help: 'Open orders' }, broken);
    await app.get(PrometheusExporter).text();
    for (let index = 0; index < 6; index++) monitor.measure(`user ${index}`, () => 1);
    monitor.setThreshold('job', 0.1, { breaches: 1 });
    monitor.setThreshold('task', 0.1, { breaches: 1, handler: broken });
    await monitor.measure('job', () => clock.advance(500));
    await monitor.measure('task', () => clock.advance(500));
    await clock.advance(60_000);
    const said = lines.filter((line) => /threshold|_overflow|envol_|job/.test(line));
    expect(said).toEqual([
      'envol_shop_open cannot be read and is left out: closed',
      'envol_performance_measure_seconds has reached its limit of 4: what is new goes into "_overflow". Most different values has the label "key"',
      'job is over its threshold of 0.1 s: 1 times, the latest took 0.500 s',
      'A threshold handler of task failed: closed',
      'job is back under 0.1 s',
    ]);
    await app.close();
  });
});

describe('MetricsController', () => {
  it('serves the metrics with their type, and not from a cache', async () => {
    const app = await apps.start({ imports: [performanceModule()], controllers: [MetricsController] });
    const { status, headers, text } = await get(app, '/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(valueOf(text, 'nodejs_version_info', { version: process.version })).toBe(1);
  });

  it('serves them in another application, which has the exporter by value', async () => {
    const app = await apps.start({ imports: [performanceModule(), ShopModule] });
    app.get(ShopService).orders.add(3);
    const management = await apps.start({
      providers: [{ provide: PrometheusExporter, useValue: app.get(PrometheusExporter) }],
      controllers: [MetricsController],
    });
    const { text } = await get(management, '/metrics');
    expect(valueOf(text, 'envol_shop_orders_total', { shop: 'main' })).toBe(3);
    expect(labelsOf(text, 'envol_performance_http_request_seconds')).toEqual([]);
  });

  it('can be extended to have another path or a guard', async () => {
    const controllers = [InternalMetricsController, GuardedMetricsController];
    const app = await apps.start({ imports: [performanceModule()], controllers });
    await expect(get(app, '/internal/metrics')).resolves.toMatchObject({ status: 200 });
    await expect(get(app, '/guarded/metrics')).resolves.toMatchObject({ status: 403 });
    await expect(get(app, '/metrics')).resolves.toMatchObject({ status: 404 });
  });

  it('stays at its path when the application is versioned', async () => {
    const app = await apps.start({ imports: [performanceModule()], controllers: [MetricsController] }, (one) =>
      one.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    );
    await expect(get(app, '/metrics')).resolves.toMatchObject({ status: 200 });
  });
});
