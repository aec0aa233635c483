import { eventually } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ClientTCP, ServerTCP } from '@nestjs/microservices';
import type { Server } from 'node:net';
import { firstValueFrom, throwError } from 'rxjs';
import { clientProxyTarget, closedLoop, loadTest, openLoop } from '../src/load/index.js';
import { countAnswers } from './count-answers.js';
import { deadPort } from './http-server.js';
import { Stall } from './stall.js';

Logger.overrideLogger(false);

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

function connect(port: number): ClientTCP {
  const client = new ClientTCP({ host: '127.0.0.1', port });
  stops.push(() => client.close());
  return client;
}

/** A microservice of Nest on a loopback port that answers `find`, and a client of it. */
async function serve(find: (data: unknown) => Promise<unknown>): Promise<ClientTCP> {
  const server = new ServerTCP({ host: '127.0.0.1', port: 0 });
  server.addHandler('find', find);
  await new Promise<void>((resolve) => {
    server.listen(() => resolve());
  });
  stops.push(() => server.close());
  const address = server.unwrap<Server>().address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening on a port');
  return connect(address.port);
}

const never = (): Promise<never> => new Promise(() => undefined);

/** 20 messages. */
const short = openLoop({ rate: 100, duration: '200ms' });
const pattern = 'find';

describe('a microservice under load', () => {
  it('shows a stall in the p99 of an open loop, and hides it from all but the maximum of a closed one', async () => {
    const stalling = () => {
      const stall = new Stall(50, 500);
      return serve(() => stall.pass());
    };
    const [openClient, closedClient] = [await stalling(), await stalling()];
    const [open, closed] = await Promise.all([
      loadTest({
        target: clientProxyTarget(openClient, { pattern }),
        load: openLoop({ rate: 100, duration: '2500ms' }),
      }).run(),
      loadTest({
        target: clientProxyTarget(closedClient, { pattern }),
        load: closedLoop({ connections: 1, duration: '2500ms', thinkTime: '2ms' }),
      }).run(),
    ]);
    expect(open.requests).toEqual({ sent: 250, succeeded: 250, failed: 0, dropped: 0, unfinished: 0 });
    // The third slowest of 250 was due 20 ms after the stall began: see load-http.spec.ts.
    expect(open.latency?.p99).toBeGreaterThan(250);
    expect(closed.requests.failed).toBe(0);
    expect(closed.serviceTime?.max).toBeGreaterThan(450);
    expect(closed.serviceTime?.p95).toBeLessThan(125);
    expect(closed.serviceTime?.p50).toBeLessThan(125);
  });

  it('gets the data of each message, and leaves the client to whom it belongs', async () => {
    const received: unknown[] = [];
    const client = await serve(async (data) => received.push(data));
    const target = clientProxyTarget(client, { pattern, data: (index) => ({ index }) });
    const report = await loadTest({ target, load: openLoop({ rate: 100, duration: '30ms' }) }).run();
    expect(report).toMatchObject({ name: 'message find', requests: { sent: 3, succeeded: 3 } });
    expect(received).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
    expect(await firstValueFrom(client.send(pattern, 'after'))).toBe(4);
  });

  it('is told of as refusing connections when nobody listens', async () => {
    const target = clientProxyTarget(connect(await deadPort()), { pattern });
    const report = await loadTest({ target, load: short }).run();
    expect(report.requests).toMatchObject({ sent: 20, succeeded: 0, failed: 20 });
    expect(report.errors).toEqual([expect.objectContaining({ kind: 'connection refused', count: 20 })]);
    expect(report.latency).toBeUndefined();
  });

  it('times out when it never answers', async () => {
    const target = clientProxyTarget(await serve(never), { pattern });
    const report = await loadTest({ target, load: short, timeout: '100ms' }).run();
    expect(report.requests).toMatchObject({ sent: 20, succeeded: 0, failed: 20 });
    expect(report.errors).toEqual([{ kind: 'timeout', count: 20 }]);
    // Node's timers may fire a millisecond early.
    expect(report.errorLatency?.min).toBeGreaterThanOrEqual(99);
  });

  it('is left alone when the run is aborted, of which the report tells what was until then', async () => {
    const abort = new AbortController();
    let received = 0;
    let answered = 0;
    const client = await serve(async () => {
      received += 1;
      // Only when the answers have arrived, however slow the machine is.
      if (received >= 20 && answered === 10) abort.abort();
      return received <= 10 ? undefined : never();
    });
    const load = openLoop({ rate: 100, duration: '1h' });
    const target = countAnswers(clientProxyTarget(client, { pattern }), () => (answered += 1));
    const report = await loadTest({ target, load }).run({ signal: abort.signal });
    const { sent, succeeded, failed, unfinished } = report.requests;
    expect(report).toMatchObject({ aborted: true, passed: false });
    expect(report.elapsed).toBeLessThan(60_000);
    expect({ succeeded, failed, unfinished }).toEqual({ succeeded: 10, failed: 0, unfinished: sent - 10 });
    await eventually(() => received === sent);
  });

  it('fails the thresholds that it does not keep and passes the others', async () => {
    // What Nest makes of a handler that throws in an application.
    const failure = throwError(() => ({ status: 'error', message: 'bad city' }));
    const client = await serve(async (data) => (data === 'bad' ? failure : undefined));
    const thresholds = ['errors <= 50%', 'errors < 10', 'max < 1m'];
    const bad = clientProxyTarget(client, { pattern, data: (index) => (index % 2 === 0 ? 'bad' : 'good') });
    const half = await loadTest({ target: bad, load: short, thresholds }).run();
    expect(half.requests).toMatchObject({ succeeded: 10, failed: 10 });
    expect(half.errors).toEqual([{ kind: 'error', count: 10, example: 'bad city' }]);
    expect(half.thresholds.map(({ passed }) => passed)).toEqual([true, false, true]);
    expect(half.passed).toBe(false);
    const good = clientProxyTarget(client, { pattern, data: () => 'good' });
    expect((await loadTest({ target: good, load: short, thresholds }).run()).passed).toBe(true);
  });
});
