import { ManualClock } from '@envol/common/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { MetricRegistry } from './metric-registry.js';
import type { PerformanceEvent } from './performance-events.js';
import { PerformanceMonitor } from './performance-monitor.js';
import type { ThresholdHandler } from './threshold.js';

function monitor(maxSeries = 1_000) {
  const clock = new ManualClock();
  const events: PerformanceEvent[] = [];
  const onEvent = (event: PerformanceEvent) => void events.push(event);
  const metrics = new MetricRegistry({ maxSeries, buckets: {} }, onEvent);
  return { clock, events, metrics, monitor: new PerformanceMonitor({ metrics, clock, maxSeries, onEvent }) };
}

/** What Prometheus gets of one metric: the lines that end in `_count` or have no ending. */
async function counts(metrics: MetricRegistry, name: string): Promise<string[]> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line.startsWith(`${name}_count`) || line.startsWith(`${name}{`));
}

describe('measure', () => {
  it('returns at once what a function returns at once', () => {
    const { monitor: one } = monitor();
    const answer: number = one.measure('sum', () => 1 + 1);
    expect(answer).toBe(2);
    expect(one.metrics()['sum']).toMatchObject({ count: 1, errors: 0 });
  });

  it('waits for a promise, and passes on its value', async () => {
    const { monitor: one, clock } = monitor();
    const answer: Promise<string> = one.measure('find', async () => {
      await clock.advance(250);
      return 'Paris';
    });
    expect(one.metrics()).toEqual({});
    await expect(answer).resolves.toBe('Paris');
    expect(one.metrics()['find']).toMatchObject({ count: 1, min: 0.25, max: 0.25, mean: 0.25, p99: 0.25 });
  });

  it('measures what throws, and throws it on', () => {
    const { monitor: one } = monitor();
    const error = new Error('broken');
    const broken = () =>
      one.measure('find', () => {
        throw error;
      });
    expect(broken).toThrow(error);
    expect(one.metrics()['find']).toMatchObject({ count: 1, errors: 1 });
  });

  it('measures what rejects, and rejects with it', async () => {
    const { monitor: one } = monitor();
    const error = new Error('broken');
    await expect(one.measure('find', () => Promise.reject(error))).rejects.toBe(error);
    expect(one.metrics()['find']).toMatchObject({ count: 1, errors: 1 });
  });

  it('gives the caller the promise that comes of its own, so that Node still reports a rejection nobody handles', async () => {
    const { monitor: one } = monitor();
    const original = Promise.reject(new Error('broken'));
    const returned = one.measure('find', () => original);
    expect(returned).not.toBe(original);
    await expect(returned).rejects.toThrow('broken');
  });

  it('runs a lazy thenable, such as a query builder, once', async () => {
    const { monitor: one } = monitor();
    let runs = 0;
    const query = new Proxy(Promise.resolve(7), {
      get: (answer, property) => {
        if (property !== 'then') return undefined;
        return (...listeners: Parameters<typeof answer.then>) => {
          runs += 1;
          return answer.then(...listeners);
        };
      },
    });
    await expect(one.measure('query', () => query)).resolves.toBe(7);
    expect(runs).toBe(1);
    expect(one.metrics()['query']).toMatchObject({ count: 1 });
  });

  it('is a series for Prometheus per key and outcome', async () => {
    const { monitor: one, metrics } = monitor();
    one.measure('find', () => 1);
    one.measure('find', () => 1);
    await one.measure('find', () => Promise.reject(new Error('broken'))).catch(() => undefined);
    await expect(counts(metrics, 'envol_performance_measure_seconds')).resolves.toEqual([
      'envol_performance_measure_seconds_count{key="find",outcome="ok"} 2',
      'envol_performance_measure_seconds_count{key="find",outcome="error"} 1',
    ]);
  });

  it('takes any key, also one that objects have already', () => {
    const { monitor: one } = monitor();
    for (const key of ['__proto__', 'constructor', '', 'a"\n\\b']) one.measure(key, () => 1);
    expect(Object.keys(one.metrics())).toEqual(['__proto__', 'constructor', '', 'a"\n\\b']);
  });

  it('keeps a bounded number of keys, one for the rest, and says so once', async () => {
    const { monitor: one, metrics, events } = monitor(10);
    for (let index = 0; index < 100; index++) one.measure(`user ${index}`, () => 1);
    expect(() =>
      one.measure('another', () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    const keys = Object.keys(one.metrics());
    expect(keys).toEqual(['user 0', 'user 1', 'user 2', 'user 3', '_overflow']);
    expect(one.metrics()['_overflow']).toMatchObject({ count: 97, errors: 1 });
    await expect(counts(metrics, 'envol_performance_measure_seconds')).resolves.toHaveLength(6);
    expect(events).toEqual([
      { type: 'series-overflow', metric: 'envol_performance_measure_seconds', label: 'key', limit: 4 },
    ]);
  });
});

describe('startTimer', () => {
  it('measures until it is told to end, once', async () => {
    const { monitor: one, clock } = monitor();
    const end = one.startTimer('upload');
    await clock.advance(1_500);
    end('error');
    await clock.advance(1_000);
    end();
    expect(one.metrics()['upload']).toMatchObject({ count: 1, errors: 1, max: 1.5 });
  });
});

describe('reset', () => {
  it('begins the snapshot anew and leaves the counters of Prometheus alone', async () => {
    const { monitor: one, metrics } = monitor();
    one.measure('find', () => 1);
    one.served({ kind: 'http', route: 'GET /', seconds: 1, outcome: 'ok', requestId: undefined });
    one.reset();
    expect(one.metrics()).toEqual({});
    one.measure('find', () => 1);
    expect(one.metrics()).toMatchObject({ find: { count: 1 } });
    await expect(counts(metrics, 'envol_performance_measure_seconds')).resolves.toEqual([
      'envol_performance_measure_seconds_count{key="find",outcome="ok"} 2',
    ]);
  });
});

describe('setThreshold', () => {
  it('acts on a measured key', async () => {
    const { monitor: one, clock } = monitor();
    const handler = jest.fn<ThresholdHandler>();
    one.setThreshold('find', 0.2, { handler, breaches: 1 });
    await one.measure('other', () => clock.advance(500));
    expect(handler).not.toHaveBeenCalled();
    await one.measure('find', () => clock.advance(500));
    expect(handler).toHaveBeenCalledWith({ metric: 'find', value: 0.5, threshold: 0.2, breaches: 1 });
  });

  it('acts on failures too', async () => {
    const { monitor: one, clock } = monitor();
    const handler = jest.fn<ThresholdHandler>();
    one.setThreshold('find', 0.2, { handler, breaches: 1 });
    const late = one.measure('find', async () => {
      await clock.advance(500);
      throw new Error('too late');
    });
    await expect(late).rejects.toThrow('too late');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('acts on a key that found no room', async () => {
    const { monitor: one, clock } = monitor(10);
    for (let index = 0; index < 20; index++) one.measure(`user ${index}`, () => 1);
    const handler = jest.fn<ThresholdHandler>();
    one.setThreshold('late', 0.2, { handler, breaches: 1 });
    await one.measure('late', () => clock.advance(500));
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('acts on one route, and on all of HTTP', () => {
    const { monitor: one } = monitor();
    const handler = jest.fn<ThresholdHandler>();
    one.setThreshold('http', 1, { handler, breaches: 2 });
    one.setThreshold('http GET /cities/:id', 1, { handler, breaches: 1 });
    const serve = (route: string) => one.served({ kind: 'http', route, seconds: 2, outcome: 'ok', requestId: 'r-1' });
    serve('GET /cities/:id');
    serve('GET /');
    expect(handler.mock.calls.map(([{ metric, route, requestId }]) => [metric, route, requestId])).toEqual([
      ['http GET /cities/:id', 'GET /cities/:id', 'r-1'],
      ['http', 'GET /', 'r-1'],
    ]);
  });

  it('takes the place of the one before; removeThreshold takes it away', async () => {
    const { monitor: one, clock } = monitor();
    const [first, second] = [jest.fn<ThresholdHandler>(), jest.fn<ThresholdHandler>()];
    one.setThreshold('find', 0.1, { handler: first, breaches: 1 });
    one.setThreshold('find', 0.1, { handler: second, breaches: 1, cooldown: 0 });
    await one.measure('find', () => clock.advance(500));
    expect(one.removeThreshold('find')).toBe(true);
    await one.measure('find', () => clock.advance(500));
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    expect(one.removeThreshold('find')).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each<[string, (one: PerformanceMonitor) => unknown]>([
    ['replaced', (one) => one.setThreshold('find', 5, { breaches: 1 })],
    ['removed', (one) => one.removeThreshold('find')],
  ])('that is %s while it is breached calls its recovered, and leaves no timer', async (_how, change) => {
    const { monitor: one, clock, metrics } = monitor();
    let isSlow = false;
    const handler = () => (isSlow = true);
    const recovered = jest.fn(() => (isSlow = false));
    one.setThreshold('find', 0.1, { handler, recovered, breaches: 1 });
    await one.measure('find', () => clock.advance(500));
    expect(isSlow).toBe(true);
    change(one);
    expect(isSlow).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(60_000);
    expect(recovered.mock.calls).toEqual([[{ metric: 'find', threshold: 0.1, breaches: 1 }]]);
    await expect(counts(metrics, 'envol_performance_threshold_breached')).resolves.toEqual([
      'envol_performance_threshold_breached{metric="find"} 0',
    ]);
  });

  it('that is replaced or removed while it is not breached, or has no recovered, says nothing', async () => {
    const { monitor: one, clock, events } = monitor();
    const recovered = jest.fn();
    one.setThreshold('find', 0.1, { recovered, breaches: 1 });
    one.setThreshold('find', 0.1, { breaches: 1 });
    await one.measure('find', () => clock.advance(500));
    one.removeThreshold('find');
    expect(recovered).not.toHaveBeenCalled();
    expect(events.map(({ type }) => type)).toEqual(['threshold-breached']);
  });

  it('stays as a handler of the one before sets it', async () => {
    const { monitor: one, clock } = monitor();
    const handler = jest.fn<ThresholdHandler>();
    const recovered = () => one.setThreshold('find', 0.3, { handler, breaches: 1 });
    one.setThreshold('find', 0.1, { handler, recovered, breaches: 1 });
    await one.measure('find', () => clock.advance(200));
    one.setThreshold('find', 0.2, { handler, breaches: 1 });
    await one.measure('find', () => clock.advance(250));
    await one.measure('find', () => clock.advance(350));
    expect(handler.mock.calls.map(([{ threshold }]) => threshold)).toEqual([0.1, 0.3]);
  });

  it('is seen by Prometheus: how often the metric was over, and whether it is now', async () => {
    const { monitor: one, metrics, clock } = monitor();
    one.setThreshold('find', 0.1, { breaches: 2, window: '1m' });
    const breached = () => metrics.registry.getSingleMetricAsString('envol_performance_threshold_breached');
    await one.measure('find', () => clock.advance(500));
    await expect(breached()).resolves.toContain('{metric="find"} 0');
    await one.measure('find', () => clock.advance(500));
    await expect(breached()).resolves.toContain('{metric="find"} 1');
    await clock.advance(60_000);
    await expect(breached()).resolves.toContain('{metric="find"} 0');
    await expect(counts(metrics, 'envol_performance_threshold_breaches_total')).resolves.toEqual([
      'envol_performance_threshold_breaches_total{metric="find"} 2',
    ]);
  });

  it('is seen by Prometheus in a cooldown too', async () => {
    const { monitor: one, metrics, clock } = monitor();
    one.setThreshold('find', 0.1, { breaches: 1, window: '30s', cooldown: '5m' });
    const breached = () => counts(metrics, 'envol_performance_threshold_breached');
    await one.measure('find', () => clock.advance(500));
    await clock.advance(40_000);
    await expect(breached()).resolves.toEqual(['envol_performance_threshold_breached{metric="find"} 0']);
    await one.measure('find', () => clock.advance(500));
    await expect(breached()).resolves.toEqual(['envol_performance_threshold_breached{metric="find"} 1']);
  });

  it('does nothing any more after the end, also when it comes after it', async () => {
    const { monitor: one, clock } = monitor();
    const handler = jest.fn<ThresholdHandler>();
    one.setThreshold('find', 0.1, { handler, breaches: 1 });
    one.stop();
    one.setThreshold('late', 0.1, { handler, breaches: 1 });
    await one.measure('find', () => clock.advance(500));
    await one.measure('late', () => clock.advance(500));
    expect(handler).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('what is served', () => {
  it('is kept as a whole and by route, and never crowds out measured keys', () => {
    const { monitor: one } = monitor(10);
    for (let index = 0; index < 30; index++) {
      one.served({ kind: 'http', route: `GET /${index}`, seconds: 1, outcome: 'error', requestId: undefined });
      one.served({ kind: 'rpc', route: 'find', seconds: 1, outcome: 'ok', requestId: undefined });
    }
    one.measure('find', () => 1);
    expect(one.metrics()).toMatchObject({
      find: { count: 1 },
      http: { count: 30, errors: 30 },
      'http GET /0': { count: 1 },
      'http _overflow': { count: 21 },
      rpc: { count: 30, errors: 0 },
      'rpc find': { count: 30 },
    });
  });
});
