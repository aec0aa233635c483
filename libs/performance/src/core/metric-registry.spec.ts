import { describe, expect, it, jest } from '@jest/globals';
import { MetricRegistry } from './metric-registry.js';
import type { PerformanceEvent } from './performance-events.js';

const events: PerformanceEvent[] = [];

function registry(maxSeries = 1_000, buckets = {}): MetricRegistry {
  events.length = 0;
  return new MetricRegistry({ maxSeries, buckets }, (event) => events.push(event));
}

const orders = { name: 'envol_shop_orders_total', help: 'Orders' };
const seconds = { name: 'envol_shop_order_seconds', help: 'Time an order takes' };
const open = { name: 'envol_shop_open', help: 'Orders that are open' };

/** The lines with values. */
async function samples(metrics: MetricRegistry, name: string): Promise<string[]> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => !line.startsWith('#'));
}

describe('counters', () => {
  it('count from 0, and every holder of a series adds to the same one', async () => {
    const metrics = registry();
    const one = metrics.counter(orders, { country: 'FR', way: 'web' });
    metrics.counter(orders, { country: 'DE', way: 'web' });
    one.add();
    metrics.counter(orders, { way: 'web', country: 'FR' }).add(2.5);
    await expect(metrics.registry.getSingleMetricAsString(orders.name)).resolves.toBe(
      [
        '# HELP envol_shop_orders_total Orders',
        '# TYPE envol_shop_orders_total counter',
        'envol_shop_orders_total{country="FR",way="web"} 3.5',
        'envol_shop_orders_total{country="DE",way="web"} 0',
      ].join('\n'),
    );
  });

  it('never fall, and are never spoilt by what is no number', async () => {
    const metrics = registry();
    const counter = metrics.counter(orders);
    for (const amount of [1, -5, NaN, Infinity, 0]) counter.add(amount);
    await expect(samples(metrics, orders.name)).resolves.toEqual(['envol_shop_orders_total 1']);
  });

  it('show the same at each scrape', async () => {
    const metrics = registry();
    metrics.counter(orders, { way: 'web' }).add(2);
    const first = await samples(metrics, orders.name);
    await expect(samples(metrics, orders.name)).resolves.toEqual(first);
  });
});

describe('histograms', () => {
  it('count what is at most as large as each bound, and sum up', async () => {
    const metrics = registry(1_000, { [seconds.name]: [0.1, 1] });
    const histogram = metrics.histogram(seconds, { way: 'web' });
    for (const value of [0.05, 0.1, 0.1000001, 1, 7]) histogram.record(value);
    await expect(samples(metrics, seconds.name)).resolves.toEqual([
      'envol_shop_order_seconds_bucket{le="0.1",way="web"} 2',
      'envol_shop_order_seconds_bucket{le="1",way="web"} 4',
      'envol_shop_order_seconds_bucket{le="+Inf",way="web"} 5',
      'envol_shop_order_seconds_sum{way="web"} 8.2500001',
      'envol_shop_order_seconds_count{way="web"} 5',
    ]);
  });

  it('give the same to those who read the registry as objects, as prom-client does to add up a cluster', async () => {
    const metrics = registry(1_000, { [seconds.name]: [1] });
    metrics.histogram(seconds, { way: 'web' }).record(0.5);
    const [exported] = await metrics.registry.getMetricsAsJSON();
    const [name, labels] = [seconds.name, { way: 'web' }];
    expect(exported).toMatchObject({ name, help: seconds.help, type: 'histogram', aggregator: 'sum' });
    expect(exported?.values).toEqual([
      { metricName: `${name}_bucket`, labels: { ...labels, le: 1 }, value: 1 },
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: 1 },
      { metricName: `${name}_sum`, labels, value: 0.5 },
      { metricName: `${name}_count`, labels, value: 1 },
    ]);
  });

  it('leave out what is no duration', async () => {
    const metrics = registry(1_000, { [seconds.name]: [1] });
    const histogram = metrics.histogram(seconds);
    for (const value of [-1, NaN, Infinity, 0]) histogram.record(value);
    await expect(samples(metrics, seconds.name)).resolves.toContain('envol_shop_order_seconds_count 1');
  });

  it('are shared by all holders of a series', async () => {
    const metrics = registry();
    metrics.histogram(seconds).record(1);
    metrics.histogram(seconds).record(1);
    await expect(samples(metrics, seconds.name)).resolves.toContain('envol_shop_order_seconds_count 2');
  });

  it.each([
    [
      'envol_shop_order_seconds',
      ['0.005', '0.01', '0.025', '0.05', '0.075', '0.1', '0.25', '0.5', '0.75', '1', '2.5', '5', '7.5', '10'],
    ],
    [
      'envol_shop_answer_bytes',
      [
        '256',
        '1024',
        '4096',
        '16384',
        '65536',
        '262144',
        '1048576',
        '4194304',
        '16777216',
        '67108864',
        '268435456',
        '1073741824',
      ],
    ],
    ['envol_shop_stock_ratio', ['0.01', '0.05', '0.1', '0.25', '0.5', '0.75', '0.9', '0.95', '0.99', '1']],
    [
      'envol_shop_basket_items',
      ['1', '2', '5', '10', '20', '50', '100', '200', '500', '1000', '2000', '5000', '10000'],
    ],
  ])('have buckets that suit the unit: %s', async (name, bounds) => {
    const metrics = registry();
    metrics.histogram({ name, help: 'Something' }).record(1);
    const text = (await samples(metrics, name)).join('\n');
    expect([...text.matchAll(/le="([^"]+)"/g)].map(([, bound]) => bound)).toEqual([...bounds, '+Inf']);
  });
});

describe('gauges', () => {
  it('are read at the scrape; of two for one series the later one', async () => {
    const metrics = registry();
    let items = 1;
    metrics.gauge(open, () => -1, { shop: 'a' });
    metrics.gauge(open, () => items, { shop: 'a' });
    items = 7;
    await expect(samples(metrics, open.name)).resolves.toEqual(['envol_shop_open{shop="a"} 7']);
  });

  it('that throw are left out, the others are not, and that is said once', async () => {
    const metrics = registry();
    const cause = new Error('closed');
    metrics.gauge(
      open,
      () => {
        throw cause;
      },
      { shop: 'a' },
    );
    metrics.gauge(open, () => 2, { shop: 'b' });
    await samples(metrics, open.name);
    await expect(samples(metrics, open.name)).resolves.toEqual(['envol_shop_open{shop="b"} 2']);
    expect(events).toEqual([{ type: 'metric-failed', metric: open.name, cause }]);
  });
});

describe('the limit of series', () => {
  it('lets one series take the rest, and names the metric and the label that varies most, once', async () => {
    const metrics = registry(10);
    for (let index = 0; index < 25; index++) metrics.counter(orders, { way: `w${index % 2}`, user: `u${index}` }).add();
    const lines = await samples(metrics, orders.name);
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('envol_shop_orders_total{way="_overflow",user="_overflow"} 15');
    expect(events).toEqual([{ type: 'series-overflow', metric: orders.name, label: 'user', limit: 10 }]);
  });

  it('keeps counting for the series that were there before', async () => {
    const metrics = registry(10);
    for (let index = 0; index < 25; index++) metrics.histogram(seconds, { user: `u${index}` }).record(1);
    metrics.histogram(seconds, { user: 'u3' }).record(1);
    const lines = await samples(metrics, seconds.name);
    expect(lines).toContain('envol_shop_order_seconds_count{user="u3"} 2');
    expect(lines).toContain('envol_shop_order_seconds_count{user="_overflow"} 15');
  });

  it('leaves further gauges out, and does not hold them', async () => {
    const metrics = registry(10);
    const read = jest.fn(() => 1);
    for (let index = 0; index < 12; index++) metrics.gauge(open, read, { user: `u${index}` });
    await expect(samples(metrics, open.name)).resolves.toHaveLength(10);
    expect(read).toHaveBeenCalledTimes(10);
  });
});

describe('a definition', () => {
  it.each([
    ['a name that Prometheus cannot read', { name: 'envol_shop-orders_total', help: 'x' }, {}, 'other characters'],
    ['no help', { name: 'envol_orders_total', help: ' ' }, {}, 'no help text'],
    ['a counter without _total', { name: 'envol_orders', help: 'x' }, {}, 'a counter ends in _total'],
    ['a label of another alphabet', orders, { länder: 'x' }, '"länder" cannot be a label'],
    ['a label that Prometheus needs', orders, { le: 'x' }, '"le" cannot be a label'],
  ])('with %s is refused', (_what, definition, labels, problem) => {
    const define = () => registry().counter(definition, labels);
    expect(define).toThrow(expect.objectContaining({ code: 'ENVOL_PERFORMANCE_INVALID_METRIC' }));
    expect(define).toThrow(problem);
  });

  it('of a gauge or histogram that ends like a counter is refused', () => {
    expect(() => registry().gauge({ name: 'envol_orders_total', help: 'x' }, () => 1)).toThrow(
      'does not end in _total',
    );
    expect(() => registry().histogram({ name: 'envol_orders_count', help: 'x' })).toThrow('does not end in _total');
  });

  it('with other labels than before is refused, since the series could not be added up', () => {
    const metrics = registry();
    metrics.counter(orders, { way: 'web' });
    expect(() => metrics.counter(orders, { country: 'FR' })).toThrow('it has the labels [way], and not [country]');
    expect(() => metrics.counter(orders)).toThrow('it has the labels [way], and not []');
  });

  it('of another kind than before is refused', () => {
    const metrics = registry();
    metrics.gauge(open, () => 1);
    expect(() => metrics.histogram(open)).toThrow('there is one that is no histogram');
  });
});

describe('two registries of one process', () => {
  it('know nothing of each other', async () => {
    const [one, other] = [registry(), registry()];
    one.counter(orders).add(1);
    other.counter(orders).add(5);
    await expect(samples(one, orders.name)).resolves.toEqual(['envol_shop_orders_total 1']);
  });
});
