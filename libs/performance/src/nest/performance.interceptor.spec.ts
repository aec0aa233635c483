import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { lastValueFrom, of } from 'rxjs';
import { HttpTiming } from '../core/http-timing.js';
import { MetricRegistry } from '../core/metric-registry.js';
import { PerformanceMonitor } from '../core/performance-monitor.js';
import { RpcTiming } from '../core/rpc-timing.js';
import { PerformanceInterceptor } from './performance.interceptor.js';

function parts() {
  const [clock, onEvent] = [new ManualClock(), () => undefined];
  const metrics = new MetricRegistry({ maxSeries: 100, buckets: {} }, onEvent);
  const monitor = new PerformanceMonitor({ metrics, clock, onEvent, maxSeries: 100 });
  const http = new HttpTiming({ metrics, monitor, clock });
  return { monitor, http, interceptor: new PerformanceInterceptor(http, new RpcTiming({ metrics, monitor, clock })) };
}

describe('PerformanceInterceptor', () => {
  it('adds the route on a platform that wraps the request of Node, as Fastify does', async () => {
    const { monitor, http, interceptor } = parts();
    const server = createServer((raw, response) => {
      const context = new ExecutionContextHost([{ raw, routeOptions: { url: '/cities/:id' } }, response]);
      interceptor.intercept(context, { handle: () => of(1) });
      response.end();
    });
    http.start(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cities/1`);
      await eventually(() => expect(monitor.metrics()).toMatchObject({ 'http GET /cities/:id': { count: 1 } }));
    } finally {
      http.stop();
      server.closeAllConnections();
      server.close();
    }
  });

  it('leaves other kinds of handlers alone', async () => {
    const { monitor, interceptor } = parts();
    const context = new ExecutionContextHost([]);
    context.setType('ws');
    const handled = interceptor.intercept(context, { handle: () => of('answer') });
    await expect(lastValueFrom(handled)).resolves.toBe('answer');
    expect(monitor.metrics()).toEqual({});
  });
});
