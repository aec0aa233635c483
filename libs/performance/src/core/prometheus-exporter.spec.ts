import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Registry } from 'prom-client';
import { PrometheusExporter } from './prometheus-exporter.js';

function exporter(cacheFor = 1_000) {
  const [registry, clock] = [new Registry(), new ManualClock()];
  let scrapes = 0;
  const collect = function (this: Gauge) {
    scrapes += 1;
    this.set(scrapes);
  };
  registry.registerMetric(new Gauge({ name: 'scrapes', help: 'How often', registers: [], collect }));
  return { registry, clock, exporter: new PrometheusExporter({ registry, clock, cacheFor }) };
}

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

  it('passes on the failure of a collector of the application, and tries anew at the next scrape', async () => {
    const { registry, exporter: one } = exporter();
    let isDown = true;
    const collect = function (this: Gauge) {
      if (isDown) throw new Error('down');
      this.set(1);
    };
    registry.registerMetric(new Gauge({ name: 'stock', help: 'Stock', registers: [], collect }));
    await expect(one.text()).rejects.toThrow('down');
    isDown = false;
    await expect(one.text()).resolves.toContain('stock 1');
  });
});
