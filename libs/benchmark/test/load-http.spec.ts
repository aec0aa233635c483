import { eventually } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { closedLoop, httpTarget, loadTest, openLoop } from '../src/load/index.js';
import { countAnswers } from './count-answers.js';
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

/** 20 requests. */
const short = openLoop({ rate: 100, duration: '200ms' });

describe('an HTTP server under load', () => {
  it('shows a stall in the p99 of an open loop, and hides it from all but the maximum of a closed one', async () => {
    const stalling = async () => {
      const stall = new Stall(50, 500);
      return serve((_request, response) => void stall.pass().then(() => response.end()));
    };
    const [openServer, closedServer] = [await stalling(), await stalling()];
    const [open, closed] = await Promise.all([
      loadTest({
        target: httpTarget({ url: openServer.url }),
        load: openLoop({ rate: 100, duration: '2500ms' }),
      }).run(),
      loadTest({
        target: httpTarget({ url: closedServer.url }),
        load: closedLoop({ connections: 1, duration: '2500ms', thinkTime: '2ms' }),
      }).run(),
    ]);
    expect(open.requests).toEqual({ sent: 250, succeeded: 250, failed: 0, dropped: 0, unfinished: 0 });
    // In the 500 ms, 50 of the 250 are due. The third slowest is the p99: it was due 20 ms after the stall began and
    // waited for the rest of it, however slow the machine is, as time counts from when it was due. Half is asked for.
    expect(open.latency?.p99).toBeGreaterThan(250);
    // The only connection of the closed loop waits too, so the stall is one request of hundreds; the others take about
    // a millisecond, a hundredth of what they may.
    expect(closed.requests.failed).toBe(0);
    expect(closed.serviceTime?.max).toBeGreaterThan(450);
    expect(closed.serviceTime?.p95).toBeLessThan(125);
    expect(closed.serviceTime?.p50).toBeLessThan(125);
  });

  it('is told of as refusing connections when nobody listens', async () => {
    const target = httpTarget({ url: `http://127.0.0.1:${await deadPort()}/` });
    const report = await loadTest({ target, load: short, thresholds: ['errors < 1%'] }).run();
    expect(report.requests).toMatchObject({ sent: 20, succeeded: 0, failed: 20 });
    expect(report.errors).toEqual([expect.objectContaining({ kind: 'connection refused', count: 20 })]);
    expect(report.latency).toBeUndefined();
    expect(report.passed).toBe(false);
  });

  it('times out when it never answers, and keeps no connection', async () => {
    const server = await serve(() => undefined);
    const report = await loadTest({ target: httpTarget({ url: server.url }), load: short, timeout: '100ms' }).run();
    expect(report.requests).toMatchObject({ sent: 20, succeeded: 0, failed: 20 });
    expect(report.errors).toEqual([{ kind: 'timeout', count: 20 }]);
    // Node's timers may fire a millisecond early.
    expect(report.errorLatency?.min).toBeGreaterThanOrEqual(99);
    await eventually(async () => (await server.connections()) === 0);
  });

  it('is left alone when the run is aborted, of which the report tells what was until then', async () => {
    const abort = new AbortController();
    let received = 0;
    let answered = 0;
    const server = await serve((_request, response) => {
      received += 1;
      if (received <= 10) response.end();
      // Only when the answers have arrived, however slow the machine is.
      if (received >= 20 && answered === 10) abort.abort();
    });
    const load = openLoop({ rate: 100, duration: '1h' });
    const target = countAnswers(httpTarget({ url: server.url }), () => (answered += 1));
    const report = await loadTest({ target, load, thresholds: ['errors <= 0'] }).run({ signal: abort.signal });
    const { sent, succeeded, failed, unfinished } = report.requests;
    expect(report).toMatchObject({ aborted: true, passed: false });
    expect(report.elapsed).toBeLessThan(60_000);
    expect({ succeeded, failed }).toEqual({ succeeded: 10, failed: 0 });
    expect(sent).toBeGreaterThanOrEqual(20);
    expect(unfinished).toBe(sent - 10);
    await eventually(async () => (await server.connections()) === 0);
    expect(received).toBeLessThanOrEqual(sent);
  });

  it('fails the thresholds that it does not keep and passes the others, by its status', async () => {
    const server = await serve((request, response) => {
      response.statusCode = request.url === '/broken' ? 503 : 200;
      response.end();
    });
    const requests = (index: number) => ({ path: index % 2 === 0 ? '/broken' : '/' });
    const thresholds = ['errors <= 50%', 'errors < 10', 'max < 1m', 'rate < 0.001/s'];
    const half = await loadTest({ target: httpTarget({ url: server.url, requests }), load: short, thresholds }).run();
    expect(half.errors).toEqual([{ kind: 'status 503', count: 10, example: 'answered 503' }]);
    expect(half.thresholds.map(({ passed }) => passed)).toEqual([true, false, true, false]);
    expect(half.passed).toBe(false);
    const sound = await loadTest({
      target: httpTarget({ url: server.url }),
      load: short,
      thresholds: ['errors <= 0', 'max < 1m'],
    }).run();
    expect(sound.thresholds.map(({ passed }) => passed)).toEqual([true, true]);
    expect(sound.passed).toBe(true);
  });

  it('gets what each request was told to carry', async () => {
    const received: string[] = [];
    const server = await serve((request, response) => {
      const { method, url, headers } = request;
      const head = [method, url, headers['x-all'], headers['x-one']].join(' ');
      request.setEncoding('utf8').on('data', (body: string) => received.push(`${head} ${body}`));
      request.on('end', () => response.end());
    });
    const target = httpTarget({
      url: `${server.url}/cities`,
      method: 'POST',
      headers: { 'x-all': 'all' },
      requests: (index) => ({ path: `/cities/${index}`, headers: { 'x-one': 'one' }, body: `number ${index}` }),
    });
    await loadTest({ target, load: openLoop({ rate: 100, duration: '30ms' }) }).run();
    expect(received.toSorted()).toEqual([
      'POST /cities/0 all one number 0',
      'POST /cities/1 all one number 1',
      'POST /cities/2 all one number 2',
    ]);
  });
});
