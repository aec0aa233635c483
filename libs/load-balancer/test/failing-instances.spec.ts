import { requestContext } from '@envol/common';
import { eventually, ManualClock } from '@envol/common/testing';
import { freePort } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { firstValueFrom, lastValueFrom, tap, timeout } from 'rxjs';
import { LoadBalancedClientProxy, smoothWeightedRoundRobin, type LoadBalancedClientOptions } from '../src/index.js';
import { portOf } from './ports.js';
import { Replica } from './replica.js';

Logger.overrideLogger(false);

describe('a client of three replicas', () => {
  let replicas: readonly [Replica, Replica, Replica];
  const clients: LoadBalancedClientProxy[] = [];

  beforeAll(async () => {
    replicas = await Promise.all([Replica.start(), Replica.start(), Replica.start()]);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => Promise.all(replicas.map((replica) => replica.kill())));

  async function connect(options: Partial<LoadBalancedClientOptions> = {}): Promise<LoadBalancedClientProxy> {
    const instances = replicas.map(({ host, port }) => ({ host, port }));
    const client = new LoadBalancedClientProxy({ name: 'places', instances, idempotent: ['read'], ...options });
    clients.push(client);
    await client.connect();
    await eventually(() => client.describe().every(({ state }) => state === 'ready'));
    return client;
  }

  const read = (client: LoadBalancedClientProxy, pause = 0): Promise<number> =>
    firstValueFrom(client.send<number>('read', { pause }));

  const stateOf = (client: LoadBalancedClientProxy, { port }: Replica): string | undefined =>
    client.describe().find((instance) => instance.port === port)?.state;

  const outstandingOf = (client: LoadBalancedClientProxy): number =>
    client.describe().reduce((sum, { outstanding }) => sum + outstanding, 0);

  it('loses no idempotent read of 50 callers while one is killed, and calls it again after its return', async () => {
    const client = await connect();
    const [victim] = replicas;
    const over = new AbortController();
    const failures: unknown[] = [];
    const answeredBy = new Set<number>();
    const callers = Array.from({ length: 50 }, async () => {
      while (!over.signal.aborted) {
        await read(client, 5).then(
          (pid) => answeredBy.add(pid),
          (error: unknown) => failures.push(error),
        );
      }
    });
    await eventually(() => answeredBy.size === 3);
    await victim.kill();
    await eventually(() => stateOf(client, victim) === 'unreachable');
    await victim.restart();
    await eventually(() => answeredBy.has(victim.pid));
    over.abort();
    await Promise.all(callers);
    expect(failures).toEqual([]);
    expect(outstandingOf(client)).toBe(0);
  }, 30_000);

  it('does not repeat a call that a killed replica had begun: its outcome is unknown, and nobody else runs it', async () => {
    const client = await connect();
    const begun = Promise.race(replicas.map((replica) => replica.wrote('order-1').then(() => replica)));
    const answer = firstValueFrom(client.send('write', { value: 'order-1', pause: 60_000 }));
    const outcome = answer.catch((error: unknown) => error);
    const victim = await begun;
    await victim.kill();
    await expect(outcome).resolves.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME' });
    for (const other of replicas.filter((replica) => replica !== victim)) {
      const alone = await connect({ instances: [other] });
      await expect(firstValueFrom(alone.send('written', {}))).resolves.toEqual([]);
    }
    await victim.restart();
  }, 30_000);

  it('sends what was not sent elsewhere, also when it is not idempotent', async () => {
    const dead = await freePort();
    const client = new LoadBalancedClientProxy({
      name: 'places',
      instances: [{ host: '127.0.0.1', port: dead }, ...replicas.map(({ host, port }) => ({ host, port }))],
    });
    clients.push(client);
    const writes = Array.from({ length: 20 }, (_, index) =>
      firstValueFrom(client.send<number>('write', { value: `order-${index + 10}` })),
    );
    await expect(Promise.all(writes)).resolves.toHaveLength(20);
    expect(client.describe().find(({ port }) => port === dead)).toMatchObject({ state: 'unreachable', requests: 0 });
  });

  it('leaves out a replica that stands still, and calls it again when it answers', async () => {
    const [, victim] = replicas;
    const client = await connect({
      balancer: smoothWeightedRoundRobin(),
      requestTimeout: '300ms',
      ejection: { time: '200ms' },
    });
    victim.pause();
    try {
      await eventually(async () => {
        await Promise.all([read(client), read(client), read(client)]);
        return stateOf(client, victim) === 'ejected';
      });
      const ejectedWith = client.describe().find(({ port }) => port === victim.port)?.requests;
      for (let call = 0; call < 100; call += 1) await expect(read(client)).resolves.not.toBe(victim.pid);
      expect(client.describe().find(({ port }) => port === victim.port)?.requests).toBe(ejectedWith);
    } finally {
      victim.resume();
    }
    await eventually(() => stateOf(client, victim) === 'ready');
    await eventually(async () => (await read(client)) === victim.pid);
  }, 30_000);

  it('keeps calls away from a replica that stands still also when callers have less patience than the client', async () => {
    const [, victim] = replicas;
    const client = await connect();
    for (let call = 0; call < 30; call++) await read(client);
    victim.pause();
    let failed = 0;
    for (let call = 0; call < 60; call++) {
      const hurried = firstValueFrom(client.send('read', { pause: 0 }).pipe(timeout(200)));
      await hurried.catch(() => (failed += 1));
    }
    victim.resume();
    expect(failed).toBeLessThan(10);
  }, 60_000);

  it('does not hold it against replicas that a caller had no time', async () => {
    const client = await connect();
    for (let call = 0; call < 15; call++) {
      const hurried = requestContext.run({ deadline: Date.now() + 20 }, () => read(client, 60_000));
      await expect(hurried).rejects.toMatchObject({ code: expect.stringMatching(/TIMEOUT|DEADLINE/) });
    }
    expect(client.describe()).toMatchObject([
      { state: 'ready', failures: 0 },
      { state: 'ready', failures: 0 },
      { state: 'ready', failures: 0 },
    ]);
  });

  it('times out with a typed error when the call must not be repeated', async () => {
    const client = await connect({ requestTimeout: '50ms' });
    const answer = firstValueFrom(client.send('write', { value: 'slow', pause: 60_000 }));
    await expect(answer).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_TIMEOUT' });
    expect(client.describe().reduce((sum, { requests }) => sum + requests, 0)).toBe(1);
    expect(outstandingOf(client)).toBe(0);
  });

  it('knows idempotent object patterns whatever the order of their keys', async () => {
    const [victim, other] = replicas;
    const client = await connect({
      instances: [victim, other],
      balancer: smoothWeightedRoundRobin(),
      idempotent: [{ version: 1, cmd: 'missing' }],
      requestTimeout: '300ms',
    });
    victim.pause();
    try {
      const calls = [1, 2].map(() => firstValueFrom(client.send({ cmd: 'missing', version: 1 }, {})));
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual(
        Array.from({ length: 2 }, () => 'There is no matching message handler defined in the remote service.'),
      );
    } finally {
      victim.resume();
    }
  });

  it('says quickly that nobody can be reached, and whom it tried', async () => {
    const ports = [await freePort(), await freePort()];
    const instances = ports.map((port) => ({ host: '127.0.0.1', port }));
    const client = new LoadBalancedClientProxy({
      name: 'places',
      instances,
      connectTimeout: '1h',
      requestTimeout: '1h',
    });
    clients.push(client);
    for (const pattern of ['read', 'write']) {
      const message = expect.stringMatching(
        new RegExp(ports.map((port) => `127.0.0.1:${port}: .*ECONNREFUSED`).join('.*')),
      );
      const error = { code: 'ENVOL_LOAD_BALANCER_UNAVAILABLE', message };
      await expect(firstValueFrom(client.send(pattern, {}))).rejects.toMatchObject(error);
      await expect(lastValueFrom(client.emit(pattern, {}))).rejects.toMatchObject(error);
    }
  });

  it('asks everybody again when nobody is left, so that the first replica to return serves the next call', async () => {
    const [victim] = replicas;
    const client = await connect({ instances: [victim] });
    await victim.kill();
    await expect(read(client)).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|UNKNOWN_OUTCOME/) });
    await victim.restart();
    await expect(read(client)).resolves.toBe(victim.pid);
  });

  it('sends an event elsewhere when the connection is known to be gone', async () => {
    const [victim, other] = replicas;
    const client = await connect({ instances: [victim, other] });
    await victim.kill();
    await eventually(() => stateOf(client, victim) === 'unreachable');
    await lastValueFrom(client.emit('note', 'kept'), { defaultValue: undefined });
    const alone = await connect({ instances: [other] });
    await eventually(async () => expect(await firstValueFrom(alone.send('noted', {}))).toContain('kept'));
    await victim.restart();
  });

  it('does not repeat a stream after its first value', async () => {
    const [victim, other] = replicas;
    const client = await connect({ instances: [victim, other], idempotent: ['count'] });
    const values: number[] = [];
    let killed: Replica | undefined;
    const stream = client.send<{ value: number; pid: number }>('count', { values: 1_000, every: 20 }).pipe(
      tap(({ value, pid }) => {
        values.push(value);
        if (value !== 2) return;
        killed = [victim, other].find((replica) => replica.pid === pid);
        void killed?.kill();
      }),
    );
    await expect(lastValueFrom(stream)).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME' });
    expect(values).toEqual(values.map((_, index) => index));
    await killed?.restart();
  });

  it('leaves no connection and no timer behind after close()', async () => {
    const openSockets = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length;
    await eventually(() => openSockets() === 0);
    const clock = new ManualClock();
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const ports = [...replicas.map((replica) => replica.port), portOf(silent), await freePort()];
    const instances = ports.map((port) => ({ host: '127.0.0.1', port }));
    const client = new LoadBalancedClientProxy({ name: 'places', instances }, { clock });
    clients.push(client);
    await client.connect();
    await eventually(() => client.describe().filter(({ state }) => state === 'ready').length === replicas.length);
    const waiting = firstValueFrom(client.send('write', { value: 'cut off', pause: 60_000 })).catch(() => 'ended');
    await eventually(() => outstandingOf(client) === 1);
    client.close();
    await expect(waiting).resolves.toBe('ended');
    silent.close();
    await eventually(() => clock.pendingTimers === 0 && openSockets() === 0);
  });
});
