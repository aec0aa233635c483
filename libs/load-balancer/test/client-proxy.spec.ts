import { requestContext } from '@envol/common';
import { eventually, ManualClock, RecordingMetrics } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  concat,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  take,
  throwError,
  toArray,
  type Observable,
} from 'rxjs';
import {
  carryRequestContext,
  LoadBalancedClientProxy,
  LoadBalancer,
  NoInstancesError,
  smoothWeightedRoundRobin,
  type Instance,
  type InstanceSource,
  type LoadBalancedClientEnvironment,
  type LoadBalancedClientOptions,
} from '../src/index.js';
import { startMicroservice } from './microservice.js';

Logger.overrideLogger(false);

/** A promise that is settled by hand. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A list of instances that a test changes. */
class ChangingList implements InstanceSource {
  readonly #listeners = new Set<(instances: readonly Instance[]) => void>();
  #instances: readonly Instance[];

  constructor(...ports: readonly number[]) {
    this.#instances = instancesAt(ports);
  }

  current(): readonly Instance[] {
    return this.#instances;
  }

  subscribe(listener: (instances: readonly Instance[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  set(...ports: readonly number[]): void {
    this.#instances = instancesAt(ports);
    for (const listener of this.#listeners) listener(this.#instances);
  }
}

function instancesAt(ports: readonly number[]): Instance[] {
  return ports.map((port) => ({ id: `replica-${port}`, host: '127.0.0.1', port, weight: 1 }));
}

const cleanUps: Array<() => void> = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function serve(...parameters: Parameters<typeof startMicroservice>) {
  const server = await startMicroservice(...parameters);
  cleanUps.push(() => server.close());
  return server;
}

async function connect(
  options: Omit<LoadBalancedClientOptions, 'name'>,
  environment: LoadBalancedClientEnvironment = {},
): Promise<LoadBalancedClientProxy> {
  const client = new LoadBalancedClientProxy({ name: 'places', ...options }, environment);
  cleanUps.push(() => client.close());
  await client.connect();
  await eventually(() => client.describe().every(({ state }) => state === 'ready'));
  return client;
}

const outstandingOf = (client: LoadBalancedClientProxy): number[] =>
  client.describe().map(({ outstanding }) => outstanding);

describe('send()', () => {
  it('answers with one value, with several, or with none', async () => {
    const server = await serve({ one: (data) => data, several: () => of(1, 2, 3), none: () => of() });
    const client = await connect({ instances: [server.instance] });
    await expect(firstValueFrom(client.send('one', { city: 'Łódź' }))).resolves.toEqual({ city: 'Łódź' });
    await expect(lastValueFrom(client.send('several', {}).pipe(toArray()))).resolves.toEqual([1, 2, 3]);
    await expect(lastValueFrom(client.send('none', {}).pipe(toArray()))).resolves.toEqual([]);
    expect(outstandingOf(client)).toEqual([0]);
  });

  it('is sent once per subscription, and not before', async () => {
    let calls = 0;
    const server = await serve({ count: () => ++calls });
    const client = await connect({ instances: [server.instance] });
    const answer = client.send<number>('count', {});
    expect(client.describe()[0]?.requests).toBe(0);
    await firstValueFrom(answer);
    await expect(firstValueFrom(answer)).resolves.toBe(2);
  });

  it('passes errors of the application on as they are, repeats nothing, and holds nothing against the instance', async () => {
    let calls = 0;
    const refuse = (): Observable<never> => {
      calls += 1;
      return throwError(() => ({ code: 'NO_SUCH_PLACE', id: 7 }));
    };
    const server = await serve({ refuse });
    const client = await connect({ instances: [server.instance], idempotent: ['refuse'] });
    for (let call = 0; call < 5; call += 1) {
      await expect(firstValueFrom(client.send('refuse', {}))).rejects.toEqual({ code: 'NO_SUCH_PLACE', id: 7 });
    }
    expect(client.describe()[0]).toMatchObject({ state: 'ready', requests: 5, failures: 0, outstanding: 0 });
    expect(calls).toBe(5);
  });

  it('counts a call as outstanding until it is answered or given up', async () => {
    const { open, opened } = gate();
    const server = await serve({ wait: () => opened.then(() => 'done'), forever: () => NEVER });
    const client = await connect({ instances: [server.instance] });
    const waiting = firstValueFrom(client.send('wait', {}));
    const givenUp = client.send('forever', {}).subscribe();
    await eventually(() => outstandingOf(client)[0] === 2);
    givenUp.unsubscribe();
    expect(outstandingOf(client)).toEqual([1]);
    open();
    await expect(waiting).resolves.toBe('done');
    expect(outstandingOf(client)).toEqual([0]);
  });

  it('ends a stream of which only a part was wanted', async () => {
    const server = await serve({ stream: () => NEVER.pipe(map(() => 0)), head: () => of(1, 2, 3) });
    const client = await connect({ instances: [server.instance] });
    await expect(lastValueFrom(client.send('head', {}).pipe(take(2), toArray()))).resolves.toEqual([1, 2]);
    expect(outstandingOf(client)).toEqual([0]);
  });

  it('calls back in the context of the caller, not in that of the connection', async () => {
    const server = await serve({ ask: () => 'answer' });
    const client = await connect({ instances: [server.instance] });
    const caller = new AsyncLocalStorage<string>();
    const ask = (name: string): Promise<string | undefined> =>
      caller.run(name, () => firstValueFrom(client.send('ask', {}).pipe(map(() => caller.getStore()))));
    await expect(Promise.all([ask('Ann'), ask('Bob')])).resolves.toEqual(['Ann', 'Bob']);
  });

  it('refuses data that cannot be serialised with the error of the serializer', async () => {
    const server = await serve({ one: (data) => data });
    const client = await connect({ instances: [server.instance] });
    await expect(firstValueFrom(client.send('one', 1n))).rejects.toThrow(TypeError);
    await expect(lastValueFrom(client.emit('one', 1n))).rejects.toThrow(TypeError);
    await expect(firstValueFrom(client.send('one', 'next'))).resolves.toBe('next');
    expect(outstandingOf(client)).toEqual([0]);
  });

  it('fails with NoInstancesError when the list is empty', async () => {
    const client = await connect({ instances: [] });
    await expect(firstValueFrom(client.send('one', {}))).rejects.toThrow(NoInstancesError);
    await expect(lastValueFrom(client.emit('one', {}))).rejects.toThrow(/Client "places" has no instances/);
  });
});

describe('the request context', () => {
  const contextOf = () => requestContext.current();

  it('reaches the handlers of another process: request id and the time that is left', async () => {
    const noted: unknown[] = [];
    const handlers = { context: contextOf };
    const events = { note: () => void noted.push(contextOf()) };
    const server = await serve(handlers, { events, prepare: carryRequestContext });
    const client = await connect({ instances: [server.instance] });
    const deadline = Date.now() + 60_000;
    const values = { requestId: 'request-1', deadline };
    const there: unknown = await requestContext.run(values, () => firstValueFrom(client.send('context', {})));
    expect(there).toEqual({ requestId: 'request-1', deadline: expect.any(Number) });
    expect(Math.abs(Number(Reflect.get(Object(there), 'deadline')) - deadline)).toBeLessThan(30_000);
    await requestContext.run(values, () => lastValueFrom(client.emit('note', 1), { defaultValue: undefined }));
    await eventually(() => expect(noted).toEqual([expect.objectContaining({ requestId: 'request-1' })]));
    await expect(firstValueFrom(client.send('context', {}))).resolves.toEqual({});
  });

  it('travels beside the metadata that a dispatch hook set, and runs after a start hook that was there', async () => {
    const hooked: unknown[] = [];
    const server = await serve(
      { both: (_data, context) => ({ ...context.getMetadata(), seen: contextOf().requestId }) },
      {
        prepare: (plain) => {
          plain.setOnProcessingStartHook((_transport, _context, done) => {
            hooked.push('before');
            void done();
          });
          return carryRequestContext(plain);
        },
      },
    );
    const client = await connect({ instances: [server.instance] });
    client.setOnDispatchHook((packet) => {
      packet.metadata = { trace: '00-abc' };
    });
    const values = { requestId: 'request-2' };
    await expect(requestContext.run(values, () => firstValueFrom(client.send('both', {})))).resolves.toEqual({
      trace: '00-abc',
      'envol-request-id': 'request-2',
      seen: 'request-2',
    });
    expect(hooked).toEqual(['before']);
  });

  it('sends nothing when the deadline is over', async () => {
    const server = await serve({ one: (data) => data });
    const client = await connect({ instances: [server.instance] });
    await requestContext.run({ deadline: Date.now() - 1 }, async () => {
      const over = { code: 'ENVOL_LOAD_BALANCER_DEADLINE' };
      await expect(firstValueFrom(client.send('one', {}))).rejects.toMatchObject(over);
      await expect(lastValueFrom(client.emit('one', {}))).rejects.toMatchObject(over);
    });
    expect(client.describe()[0]).toMatchObject({ requests: 0 });
  });

  it('bounds a call by the deadline when that is nearer than requestTimeout, retries included', async () => {
    const servers = await Promise.all([serve({ wait: () => NEVER }), serve({ wait: () => NEVER })]);
    const client = await connect({
      instances: servers.map(({ instance }) => instance),
      requestTimeout: '1h',
      idempotent: ['wait'],
    });
    const answer = requestContext.run({ deadline: Date.now() + 50 }, () => firstValueFrom(client.send('wait', {})));
    await expect(answer).rejects.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_TIMEOUT' });
    expect(outstandingOf(client)).toEqual([0, 0]);
  });
});

describe('time limits', () => {
  it('are counted to the first answer and then between answers', async () => {
    const clock = new ManualClock();
    const gates = [gate(), gate()] as const;
    const slowly = (): Observable<string> =>
      concat(of('first'), from(gates[0].opened.then(() => 'second')), from(gates[1].opened.then(() => 'third')));
    const server = await serve({ slowly });
    const client = await connect({ instances: [server.instance], requestTimeout: '5s' }, { clock });
    const values: string[] = [];
    const stream = lastValueFrom(client.send<string>('slowly', {}).pipe(map((value) => values.push(value))));
    const outcome = stream.catch((error: unknown) => error);
    await eventually(() => values.length === 1);
    await clock.advance(4_999);
    gates[0].open();
    await eventually(() => values.length === 2);
    await clock.advance(4_999);
    expect(outstandingOf(client)).toEqual([1]);
    await clock.advance(1);
    await expect(outcome).resolves.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_TIMEOUT' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the list of instances', () => {
  it('may change: a new instance takes calls, a removed one finishes those it has and is closed', async () => {
    const { open, opened } = gate();
    const [first, second] = await Promise.all([
      serve({ who: () => 'first', wait: () => opened.then(() => 'finished') }),
      serve({ who: () => 'second' }),
    ]);
    const clock = new ManualClock();
    const list = new ChangingList(first.port);
    const client = await connect({ instances: list }, { clock });
    const waiting = firstValueFrom(client.send('wait', {}));
    await eventually(() => outstandingOf(client)[0] === 1);
    list.set(second.port);
    await expect(firstValueFrom(client.send('who', {}))).resolves.toBe('second');
    expect(client.describe().map(({ port, state }) => [port, state])).toEqual([
      [second.port, 'ready'],
      [first.port, 'draining'],
    ]);
    open();
    await expect(waiting).resolves.toBe('finished');
    expect(client.describe().map(({ port }) => port)).toEqual([second.port]);
    await eventually(() => clock.pendingTimers === 0);
  });

  it('cuts off what a removed instance has not finished by drainTimeout', async () => {
    const clock = new ManualClock();
    const server = await serve({ wait: () => NEVER });
    const list = new ChangingList(server.port);
    const client = await connect({ instances: list, drainTimeout: '5s', requestTimeout: '1h' }, { clock });
    const waiting = firstValueFrom(client.send('wait', {})).catch((error: unknown) => error);
    await eventually(() => outstandingOf(client)[0] === 1);
    list.set();
    await clock.advance(5_000);
    await expect(waiting).resolves.toMatchObject({ code: 'ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME' });
    expect(client.describe()).toEqual([]);
  });
});

describe('emit()', () => {
  it('resolves when the event was handed over', async () => {
    const noted: unknown[] = [];
    const server = await serve({}, { events: { '{"cmd":"note"}': (data) => void noted.push(data) } });
    const client = await connect({ instances: [server.instance] });
    await lastValueFrom(client.emit({ cmd: 'note' }, 'hello'), { defaultValue: undefined });
    await eventually(() => expect(noted).toEqual(['hello']));
  });

  it('does not resolve in silence when the other side died just before, and is not sent twice', async () => {
    const noted: unknown[] = [];
    const first = await serve({}, { events: { note: (data) => void noted.push(data) } });
    const second = await serve({}, { events: { note: (data) => void noted.push(data) } });
    const client = await connect({
      instances: [first.instance, second.instance],
      balancer: smoothWeightedRoundRobin(),
    });
    first.close();
    await expect(lastValueFrom(client.emit('note', 'lost'))).rejects.toMatchObject({
      code: 'ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME',
    });
    await lastValueFrom(client.emit('note', 'kept'), { defaultValue: undefined });
    await eventually(() => noted.length > 0);
    expect(noted).toEqual(['kept']);
  });
});

describe('metrics and listeners', () => {
  it('counts requests by outcome, retries, and instances by state', async () => {
    const metrics = new RecordingMetrics();
    const server = await serve({ one: (data) => data, reject: () => throwError(() => 'no'), forever: () => NEVER });
    const client = await connect({ instances: [server.instance] }, { metrics });
    await firstValueFrom(client.send('one', {}));
    await firstValueFrom(client.send('reject', {})).catch(() => undefined);
    const givenUp = client.send('forever', {}).subscribe();
    await eventually(() => outstandingOf(client)[0] === 1);
    givenUp.unsubscribe();
    server.close();
    await eventually(() => client.describe()[0]?.state === 'unreachable');
    await firstValueFrom(client.send('one', {})).catch(() => undefined);
    await lastValueFrom(client.emit('one', {})).catch(() => undefined);
    const labels = { client: 'places' };
    const outcomes = ['ok', 'application_error', 'failed', 'cancelled'].map((outcome) =>
      metrics.value('envol_load_balancer_requests_total', { ...labels, outcome }),
    );
    expect(outcomes).toEqual([1, 1, 1, 1]);
    expect(metrics.value('envol_load_balancer_events_total', { ...labels, outcome: 'failed' })).toBe(1);
    expect(metrics.value('envol_load_balancer_request_seconds', labels)).toBe(3);
    expect(metrics.value('envol_load_balancer_instances', { ...labels, state: 'unreachable' })).toBe(1);
    expect(metrics.value('envol_load_balancer_instances', { ...labels, state: 'ready' })).toBe(0);
  });

  it('tells who became ready or unreachable, and whether anybody is connected', async () => {
    const server = await serve({ one: (data) => data });
    const client = new LoadBalancedClientProxy({ name: 'places', instances: [server.instance] });
    cleanUps.push(() => client.close());
    const heard: string[] = [];
    client.status.subscribe((status) => heard.push(status));
    client.on('ready', ({ port }) => heard.push(`ready ${port === server.port}`));
    client.on('unreachable', ({ port }) => heard.push(`unreachable ${port === server.port}`));
    await client.connect();
    await eventually(() => heard.length === 2);
    server.close();
    await eventually(() => heard.length === 4);
    expect(heard).toEqual(['connected', 'ready true', 'disconnected', 'unreachable true']);
  });

  it('gives the load balancer to whoever unwraps it', async () => {
    const client = await connect({ instances: [] });
    expect(client.unwrap()).toBeInstanceOf(LoadBalancer);
  });
});

describe('close()', () => {
  it('ends calls that wait with a typed error, asks for no more changes, and refuses new calls', async () => {
    const server = await serve({ wait: () => NEVER });
    const list = new ChangingList(server.port);
    const client = await connect({ instances: list, idempotent: ['wait'] });
    const waiting = firstValueFrom(client.send('wait', {})).catch((error: unknown) => error);
    await eventually(() => outstandingOf(client)[0] === 1);
    client.close();
    const closed = { code: 'ENVOL_LOAD_BALANCER_CLOSED' };
    await expect(waiting).resolves.toMatchObject(closed);
    await expect(firstValueFrom(client.send('wait', {}))).rejects.toMatchObject(closed);
    await expect(lastValueFrom(client.emit('wait', {}))).rejects.toMatchObject(closed);
    expect(list.listeners).toBe(0);
  });
});
