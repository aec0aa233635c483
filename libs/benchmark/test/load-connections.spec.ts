import { eventually } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { closedLoop, httpTarget, loadTest, openLoop } from '../src/load/index.js';
import { deadPort, startHttpServer } from './http-server.js';
import { Stall } from './stall.js';

const servers: { close(): Promise<void> }[] = [];

async function serve(listener: RequestListener) {
  const server = await startHttpServer(listener);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** 40 requests in 200 ms. */
const burst = openLoop({ rate: 200, duration: '200ms' });

describe('the connections of a load test', () => {
  it('are no more than told: the wait for one counts into the latency, and not into the service time', async () => {
    let most = 0;
    const server = await serve(async (_request, response) => {
      most = Math.max(most, await server.connections());
      setTimeout(() => response.end(), 20);
    });
    const report = await loadTest({ target: httpTarget({ url: server.url, connections: 1 }), load: burst }).run();
    expect(report.requests).toMatchObject({ sent: 40, succeeded: 40 });
    expect(most).toBe(1);
    // One after the other they take 40 times as long as one, and all were due within the first 200 ms.
    const { serviceTime, latency } = report;
    expect(latency?.max).toBeGreaterThanOrEqual(40 * 19 - 200);
    expect(latency?.p99).toBeGreaterThan(5 * (serviceTime?.p50 ?? Infinity));
  });

  it('are waited for no longer than the time limit', async () => {
    const server = await serve(() => undefined);
    const target = httpTarget({ url: server.url, connections: 1 });
    const report = await loadTest({ target, load: burst, timeout: '50ms' }).run();
    expect(report.errors).toEqual([{ kind: 'timeout', count: 40 }]);
    await eventually(async () => (await server.connections()) === 0);
  });

  it('are tried anew for each request where nobody listens, also when there are few', async () => {
    const target = httpTarget({ url: `http://127.0.0.1:${await deadPort()}/`, connections: 2 });
    const report = await loadTest({ target, load: burst }).run();
    expect(report.errors).toEqual([expect.objectContaining({ kind: 'connection refused', count: 40 })]);
  });

  it('of a closed loop show a stall when corrected for coordinated omission, beside the service time', async () => {
    const stall = new Stall(20, 500);
    const server = await serve((_request, response) => void stall.pass().then(() => response.end()));
    const load = closedLoop({ connections: 1, duration: '1500ms', thinkTime: '2ms', expectedInterval: '10ms' });
    const report = await loadTest({ target: httpTarget({ url: server.url }), load }).run();
    expect(report).toMatchObject({ latencyBasis: 'corrected', requests: { failed: 0 } });
    // In the stall 50 requests were expected, of which one was sent; between stalls at most 500 go through.
    expect(report.latency?.count).toBeGreaterThanOrEqual((report.serviceTime?.count ?? Infinity) + 40);
    expect(report.latency?.p95).toBeGreaterThan(100);
  });
});

describe('httpTarget', () => {
  it('is named without what may be secret', () => {
    expect(httpTarget({ url: 'http://127.0.0.1:3000/cities?token=secret' }).name).toBe(
      'GET http://127.0.0.1:3000/cities',
    );
  });

  it.each([
    [{ url: 'http://user:secret@127.0.0.1/' }, 'url: must not hold a user or password'],
    [{ url: 'ftp://127.0.0.1/' }, 'url: expected a url such as'],
    [{ url: 'http://127.0.0.1/', method: 'get' }, `method: expected a method such as 'GET'`],
    [{ url: 'http://127.0.0.1/', connections: 0 }, 'connections: '],
    [{ url: 'http://127.0.0.1/', body: {} }, 'body: expected a text or bytes'],
    [{ url: 'http://127.0.0.1/', expects: () => true }, 'did you mean "expect"?'],
  ])('refuses wrong options and shows no secret: %#', (options, reason) => {
    const make = (): unknown => httpTarget(options as never);
    expect(make).toThrow(reason);
    expect(make).not.toThrow('secret');
  });
});
