import type { AddressInfo, Server } from 'node:net';
import { eventually, ManualClock } from '@envol/common/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, UseInterceptors, type INestApplication } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  RpcException,
  Transport,
  type ClientProxy,
} from '@nestjs/microservices';
import { lastValueFrom, Observable, Subject, toArray } from 'rxjs';
import { PerformanceInterceptor, PerformanceMonitor, type ThresholdHandler } from '../src/index.js';
import { labelsOf, valueOf } from './exposition.js';
import { clockModule, performanceModule, scrape, StartedApps } from './support.js';

const SECONDS = 'envol_performance_rpc_seconds';
const FIRST = 'envol_performance_rpc_first_value_seconds';

const rows = new Subject<number>();
const heard: unknown[] = [];

@Controller()
@UseInterceptors(PerformanceInterceptor)
class PlacesController {
  @MessagePattern('places.find')
  async find(id: number): Promise<string> {
    if (id === 404) throw new RpcException('no such place');
    return `place ${id}`;
  }

  @MessagePattern({ of: 'places', cmd: 'count' })
  count(): number {
    return 3;
  }

  @MessagePattern('places.rows')
  rows(): Observable<number> {
    return rows;
  }

  @EventPattern('places.changed')
  changed(event: unknown): void {
    heard.push(event);
  }
}

@Controller()
class PlainController {
  @MessagePattern('plain')
  plain(): string {
    return 'plain';
  }
}

const apps = new StartedApps();
const clients: ClientProxy[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await apps.closeAll();
});

async function start(clock?: ManualClock, inheritAppConfig = false) {
  let port = 0;
  const app = await apps.start(
    {
      imports: [performanceModule({ process: false }), ...(clock === undefined ? [] : [clockModule(clock)])],
      controllers: [PlacesController, PlainController],
      providers: inheritAppConfig ? [{ provide: APP_INTERCEPTOR, useExisting: PerformanceInterceptor }] : [],
    },
    async (one) => {
      const options = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
      const microservice = one.connectMicroservice(options, { inheritAppConfig });
      await one.startAllMicroservices();
      ({ port } = microservice.unwrap<Server>().address() as AddressInfo);
    },
  );
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  clients.push(client);
  return { app, client };
}

async function handled(app: INestApplication): Promise<string[]> {
  const labels = labelsOf(await scrape(app), SECONDS);
  return labels.map(({ transport, pattern, outcome }) => `${transport} ${pattern} ${outcome}`).toSorted();
}

describe('timing of message handlers', () => {
  it('has a series per transport, pattern and outcome', async () => {
    const { app, client } = await start();
    await lastValueFrom(client.send('places.find', 1));
    await lastValueFrom(client.send({ cmd: 'count', of: 'places' }, ''));
    await expect(lastValueFrom(client.send('places.find', 404))).rejects.toBeDefined();
    await expect(handled(app)).resolves.toEqual([
      'tcp places.find error',
      'tcp places.find ok',
      'tcp {cmd:count,of:places} ok',
    ]);
    expect(app.get(PerformanceMonitor).metrics()).toMatchObject({
      rpc: { count: 3, errors: 1 },
      'rpc places.find': { count: 2, errors: 1 },
    });
  });

  it('has events too', async () => {
    const { app, client } = await start();
    await lastValueFrom(client.emit('places.changed', 5), { defaultValue: undefined });
    await eventually(async () => expect(await handled(app)).toEqual(['tcp places.changed ok']));
    expect(heard).toContain(5);
  });

  it('times a stream twice: until its first value, and until its end', async () => {
    const clock = new ManualClock();
    const { app, client } = await start(clock);
    const answer = lastValueFrom(client.send('places.rows', '').pipe(toArray()));
    await eventually(() => rows.observed);
    await clock.advance(500);
    rows.next(1);
    await clock.advance(1_000);
    rows.next(2);
    rows.complete();
    await expect(answer).resolves.toEqual([1, 2]);
    const text = await scrape(app);
    const labels = { transport: 'tcp', pattern: 'places.rows' };
    expect(valueOf(text, `${FIRST}_sum`, labels)).toBe(0.5);
    expect(valueOf(text, `${FIRST}_count`, labels)).toBe(1);
    expect(valueOf(text, `${SECONDS}_sum`, { ...labels, outcome: 'ok' })).toBe(1.5);
  });

  it('sets off thresholds of a pattern and of all of RPC', async () => {
    const { app, client } = await start();
    const handler = jest.fn<ThresholdHandler>();
    const monitor = app.get(PerformanceMonitor);
    for (const metric of ['rpc', 'rpc places.find']) monitor.setThreshold(metric, 1e-9, { handler, breaches: 1 });
    await lastValueFrom(client.send('places.find', 1));
    expect(handler.mock.calls.map(([{ metric, route }]) => [metric, route])).toEqual([
      ['rpc', 'places.find'],
      ['rpc places.find', 'places.find'],
    ]);
  });

  it('is for the handlers that have the interceptor, or for all with inheritAppConfig', async () => {
    const without = await start();
    await lastValueFrom(without.client.send('plain', ''));
    await expect(handled(without.app)).resolves.toEqual([]);
    const inherited = await start(undefined, true);
    await lastValueFrom(inherited.client.send('plain', ''));
    await expect(handled(inherited.app)).resolves.toEqual(['tcp plain ok']);
  });
});
