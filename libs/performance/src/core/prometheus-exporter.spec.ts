import { eventually, ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Registry } from 'prom-client';
import type { PerformanceEvent } from './performance-events.js';
import { PrometheusExporter } from './prometheus-exporter.js';

function exporter(cacheFor = 1_000) {
  const [registry, clock] = [new Registry(), new ManualClock()];
  let scrapes = 0;
  const collect = function (this: Gauge) {
    scrapes += 1;
    this.set(scrapes);
  };
  registry.registerMetric(new Gauge({ name: 'scrapes', help: 'How often', registers: [], collect }));
  const events: PerformanceEvent[] = [];
  const onEvent = (event: PerformanceEvent) => void events.push(event);
  const parts = { registry, clock, cacheFor, collectTimeout: 5_000, onEvent };
  return { registry, clock, events, exporter: new PrometheusExporter(parts) };
}

/** A metric of the application that is read by `read`. */
function gauge(registry: Registry, name: string, read: () => number | Promise<number>): void {
  const collect = async function (this: Gauge) {
    this.set(await read());
  };
  registry.registerMetric(new Gauge({ name, help: 'What the application has', registers: [], collect }));
}

const never = () => new Promise<never>(() => undefined);

describe('PrometheusExporter', () => {
  it('writes all metrics of its registry, those of the application included', async () => {
    const { registry, exporter: one } = exporter();
    new Counter({ name: 'shop_orders_total', help: 'Orders', registers: [registry] }).inc(3);
    await expect(one.text()).resolves.toBe(
      '# HELP scrapes How often\n# TYPE scrapes gauge\nscrapes 1\n\n' +
        '# HELP shop_orders_total Orders\n# TYPE shop_orders_total counter\nshop_orders_total 3\n',
    );
    expect(one.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('gives all scrapes of a second the same text', async () => {
    const { clock, exporter: one } = exporter();
    const first = await one.text();
    await clock.advance(999);
    await expect(one.text()).resolves.toBe(first);
    await clock.advance(1);
    await expect(one.text()).resolves.toContain('scrapes 2');
  });

  it('collects once for scrapes at the same time, even without a cache', async () => {
    const { exporter: one } = exporter(0);
    const texts = await Promise.all([one.text(), one.text(), one.text()]);
    expect(new Set(texts).size).toBe(1);
    await expect(one.text()).resolves.toContain('scrapes 2');
  });

  it('leaves out a metric whose collector fails, says so once, and tries anew at the next scrape', async () => {
    const { registry, events, exporter: one } = exporter(0);
    let cause: Error | undefined = new Error('down');
    gauge(registry, 'stock', () => {
      if (cause !== undefined) throw cause;
      return 1;
    });
    gauge(registry, 'orders', () => 2);
    for (const scrapes of [1, 2]) {
      const text = await one.text();
      expect(text).toContain(`\nscrapes ${scrapes}\n\n# HELP orders`);
      expect(text).not.toContain('stock');
    }
    expect(events).toEqual([{ type: 'metric-failed', metric: 'stock', cause }]);
    cause = undefined;
    await expect(one.text()).resolves.toContain('stock 1');
    cause = new Error('down again');
    await one.text();
    expect(events.slice(1)).toEqual([{ type: 'metric-failed', metric: 'stock', cause }]);
  });

  it('leaves out a collector that throws before it returns a promise', async () => {
    const { registry, events, exporter: one } = exporter();
    const collect = () => {
      throw new Error('down');
    };
    registry.registerMetric(new Gauge({ name: 'stock', help: 'Stock', registers: [], collect }));
    await expect(one.text()).resolves.toContain('scrapes 1');
    expect(events).toMatchObject([{ metric: 'stock', cause: { message: 'down' } }]);
  });

  it('waits for collectors that hang no longer than its timeout, for all of them together, and tries anew', async () => {
    const { registry, clock, events, exporter: one } = exporter(0);
    let isHanging = true;
    for (const name of ['stock', 'orders']) gauge(registry, name, () => (isHanging ? never() : 1));
    gauge(registry, 'visits', () => 3);
    const hanging = one.text();
    await eventually(() => expect(clock.pendingTimers).toBe(2));
    await clock.advance(5_000);
    const text = await hanging;
    expect(text).toMatch(/scrapes 1[^]*visits 3/);
    expect(text).not.toMatch(/stock|orders/);
    expect(clock.pendingTimers).toBe(0);
    expect(events).toMatchObject([
      { type: 'metric-failed', metric: 'stock', cause: { code: 'ENVOL_PERFORMANCE_COLLECT_TIMEOUT' } },
      { type: 'metric-failed', metric: 'orders', cause: { code: 'ENVOL_PERFORMANCE_COLLECT_TIMEOUT' } },
    ]);
    isHanging = false;
    await expect(one.text()).resolves.toMatch(/scrapes 2[^]*stock 1[^]*orders 1[^]*visits 3/);
  });
});
