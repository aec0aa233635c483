import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { requestContext } from '@envol/common';
import {
  resolveDiscoveryOptions,
  ServiceDiscovery,
  staticRegistry,
  type DiscoveryEvent,
  type InstancesChange,
  type ServiceDiscoveryModuleOptions,
} from '@envol/discovery';
import { eventually, ManualClock, RecordingMetrics } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { FakeRegistry, report } from './fake-registry.js';

function start(changes: Partial<ServiceDiscoveryModuleOptions> = {}) {
  const clock = new ManualClock();
  const metrics = new RecordingMetrics();
  const registry = new FakeRegistry();
  const events: DiscoveryEvent[] = [];
  const options = resolveDiscoveryOptions({ registry: registry.definition, ...changes });
  const onEvent = (event: DiscoveryEvent): void => void events.push(event);
  const discovery = new ServiceDiscovery(options, {
    clock,
    metrics,
    random: () => 1,
    onEvent,
    whenReady: async () => undefined,
  });
  const metric = (name: string) => metrics.value(`envol_discovery_${name}`, { service: 'places' });
  return { clock, registry, events, discovery, metric, types: () => events.map(({ type }) => type) };
}
const idsOf = (instances: readonly { readonly id: string }[]) => instances.map(({ id }) => id);

describe('discover()', () => {
  it('waits for the first answer, and not for later ones', async () => {
    const { registry, discovery } = start();
    const found = discovery.discover('places');
    registry.say('places', 'b', 'a');
    expect(idsOf(await found)).toEqual(['a', 'b']);
    registry.observers.get('places')?.failed(new Error('gone'));
    expect(idsOf(await discovery.discover('places'))).toEqual(['a', 'b']);
    expect(registry.calls).toEqual(['watch places']);
  });

  it('knows that a service has no instance', async () => {
    const { registry, discovery } = start();
    const found = discovery.discover('places');
    registry.say('places');
    await expect(found).resolves.toEqual([]);
  });

  it('fails when nothing is known and the registry cannot be read, at once from then on, until it can', async () => {
    const { registry, discovery } = start();
    const found = discovery.discover('places');
    registry.observers.get('places')?.failed(new Error('connection refused'));
    await expect(found).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('connection refused'),
    });
    await expect(discovery.discover('places')).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE' });
    registry.say('places', 'a');
    expect(idsOf(await discovery.discover('places'))).toEqual(['a']);
  });

  it('waits no longer than `timeout` for a registry that says nothing', async () => {
    const { clock, discovery } = start({ timeout: '3s' });
    const found = discovery.discover('places');
    await Promise.all([expect(found).rejects.toThrow('no answer within 3000 ms'), clock.advance(3_000)]);
  });

  it('keeps nothing of a call that has given up', async () => {
    const { clock, discovery } = start({ timeout: '3s' });
    const call = async (): Promise<WeakRef<Error>> => {
      const found = discovery.discover('places').catch((error: Error) => new WeakRef(error));
      const [given] = await Promise.all([found, clock.advance(3_000)]);
      if (!(given instanceof WeakRef)) throw new Error('discover() has not given up');
      return given;
    };
    const error = await call();
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    if (typeof collect !== 'function') throw new Error('no gc');
    await eventually(() => {
      Reflect.apply(collect, undefined, []);
      expect(error.deref() === undefined).toBe(true);
    });
  });

  it('does not wait once discovery is closed, also for a service that was watched and never answered', async () => {
    const { clock, registry, discovery } = start();
    discovery.instances('places');
    registry.observers.get('places')?.failed(new Error('gone'));
    discovery.instances('others');
    await discovery.close();
    await expect(discovery.discover('places')).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_CLOSED' });
    await expect(discovery.discover('others')).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_CLOSED' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives only what is healthy and what the filter wants', async () => {
    const { registry, discovery } = start();
    const found = discovery.discover('places', { version: '2' });
    registry.observers
      .get('places')
      ?.answered([
        report('a', { version: '2' }),
        report('b', { version: '1' }),
        report('c', { version: '2', health: 'critical' }),
        report('d', { version: '2', health: 'warning' }),
      ]);
    expect(idsOf(await found)).toEqual(['a', 'd']);
  });

  it.each(['', '-a', 'a b', 'a/b', '../agent/self', 'x'.repeat(129), 7, undefined])(
    'refuses the name %j',
    async (name) => {
      const { registry, discovery } = start();
      await expect(discovery.discover(name as string)).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_INVALID_NAME' });
      expect(registry.calls).toEqual([]);
    },
  );

  it('watches no more services than `maxServices`', async () => {
    const { discovery } = start({ maxServices: 2 });
    discovery.instances('a');
    discovery.instances('b');
    discovery.instances('a');
    expect(() => discovery.instances('c')).toThrow(
      expect.objectContaining({ code: 'ENVOL_DISCOVERY_TOO_MANY_SERVICES' }),
    );
  });
});

describe('instances()', () => {
  it('is empty at first, follows the registry, and keeps the last list while it is away', () => {
    const { registry, discovery } = start();
    expect(discovery.instances('places')).toEqual([]);
    registry.say('places', 'a', 'b');
    const list = discovery.instances('places');
    expect(idsOf(list)).toEqual(['a', 'b']);
    registry.observers.get('places')?.failed(new Error('gone'));
    expect(discovery.instances('places')).toBe(list);
    registry.say('places', 'b', 'c');
    expect(idsOf(discovery.instances('places'))).toEqual(['b', 'c']);
  });

  it('holds a list that vanished, counts that, and follows after `holdEmptyFor`', async () => {
    const { clock, registry, discovery, metric, types } = start();
    discovery.instances('places');
    registry.say('places', 'a', 'b');
    registry.say('places');
    expect(idsOf(discovery.instances('places'))).toEqual(['a', 'b']);
    expect(metric('holds_total')).toBe(1);
    expect(metric('held_instances')).toBe(2);
    expect(discovery.describe().services).toEqual([
      expect.objectContaining({ state: 'held', heldSince: clock.now(), instances: [held('a'), held('b')] }),
    ]);
    await clock.advance(30_000);
    expect(discovery.instances('places')).toEqual([]);
    expect(metric('held_instances')).toBe(0);
    expect(types()).toEqual(['held', 'let-go']);
  });

  const held = (id: string) => expect.objectContaining({ id, listed: true, held: true });

  it('leaves out what must not be called, counts and reports it once', () => {
    const { registry, discovery, events, metric } = start({ allow: ['*.internal'] });
    discovery.instances('places');
    const reports = [
      report('a', { host: 'a.internal' }),
      report('b', { host: 'b.evil' }),
      report('c', { host: '169.254.169.254' }),
      report('d', { host: 'd.internal', port: 0 }),
      { id: 'e' },
      null,
    ];
    registry.observers.get('places')?.answered(reports);
    registry.observers.get('places')?.answered(reports);
    expect(idsOf(discovery.instances('places'))).toEqual(['a']);
    expect(events).toEqual([
      expect.objectContaining({
        type: 'refused',
        service: 'places',
        instances: 5,
        examples: [
          { id: 'b', reason: 'b.evil: `allow` does not name it' },
          expect.objectContaining({ id: 'c' }),
          expect.objectContaining({ id: 'd' }),
        ],
      }),
    ]);
    expect(metric('refused_instances_total')).toBe(5);
  });

  it('lists 5,000 instances of a service at most, counts the others, and says so once', () => {
    const { registry, discovery, events, metric } = start();
    discovery.instances('places');
    const ids = Array.from({ length: 5_007 }, (_, place) => `p${place}`);
    registry.say('places', ...ids);
    registry.say('places', ...ids);
    expect(discovery.instances('places')).toHaveLength(5_000);
    expect(metric('refused_instances_total')).toBe(7);
    expect(events).toEqual([expect.objectContaining({ type: 'refused', instances: 7 })]);
  });

  it('writes one event for an answer, however many new instances of it are refused', () => {
    const { registry, discovery, types } = start();
    discovery.instances('places');
    for (const round of [1, 2]) {
      const bad = Array.from({ length: 1_000 }, (_, place) => report(`${round}-${place}`, { port: 0 }));
      registry.observers.get('places')?.answered(bad);
    }
    expect(types()).toEqual(['refused', 'refused']);
  });

  it('takes the last of two reports with one id', () => {
    const { registry, discovery } = start();
    discovery.instances('places');
    registry.observers.get('places')?.answered([report('a', { port: 1 }), report('a', { port: 2 })]);
    expect(discovery.instances('places')).toEqual([expect.objectContaining({ id: 'a', port: 2 })]);
  });
});

describe('watch()', () => {
  const take = async (watch: AsyncIterator<InstancesChange, undefined>) => {
    const { value } = await watch.next();
    return (
      value && {
        added: idsOf(value.added),
        removed: idsOf(value.removed),
        changed: idsOf(value.changed),
        instances: idsOf(value.instances),
      }
    );
  };

  it('gives the whole list first, when it is known, and then what changes', async () => {
    const { registry, discovery } = start();
    const watch = discovery.watch('places');
    const first = take(watch);
    registry.say('places', 'a', 'b', 'c');
    expect(await first).toEqual({ added: ['a', 'b', 'c'], removed: [], changed: [], instances: ['a', 'b', 'c'] });
    const second = take(watch);
    registry.observers.get('places')?.answered([report('a'), report('b', { weight: 2 }), report('d')]);
    expect(await second).toEqual({ added: ['d'], removed: ['c'], changed: ['b'], instances: ['a', 'b', 'd'] });
  });

  it('says also that there is none', async () => {
    const { registry, discovery } = start();
    const first = take(discovery.watch('places'));
    registry.say('places');
    expect(await first).toEqual({ added: [], removed: [], changed: [], instances: [] });
  });

  it('gives a slow consumer many changes as one, and none that was taken back', async () => {
    const { registry, discovery } = start();
    const watch = discovery.watch('places');
    registry.say('places', 'a', 'b');
    await take(watch);
    for (let round = 0; round < 1_000; round++) registry.say('places', 'a', 'b', `c${round}`);
    expect(await take(watch)).toMatchObject({ added: ['c999'], removed: [], instances: ['a', 'b', 'c999'] });
    registry.say('places', 'a', 'b');
    registry.say('places', 'a', 'b', 'c999');
    const next = take(watch);
    registry.say('places', 'a', 'b', 'd');
    expect(await next).toMatchObject({ added: ['d'], removed: ['c999'] });
  });

  it('sees only what the filter wants', async () => {
    const { registry, discovery } = start();
    const watch = discovery.watch('places', { filter: { tags: ['fast'] } });
    const fast = (id: string) => report(id, { tags: ['fast'] });
    registry.observers.get('places')?.answered([fast('a'), report('b')]);
    expect(await take(watch)).toMatchObject({ added: ['a'] });
    const next = take(watch);
    registry.observers.get('places')?.answered([fast('a'), report('b'), report('c')]);
    registry.observers.get('places')?.answered([fast('a'), fast('b'), report('c')]);
    expect(await next).toMatchObject({ added: ['b'], instances: ['a', 'b'] });
  });

  it('ends on abort, also while it waits, and for a signal that was aborted before', async () => {
    const { discovery } = start();
    const abort = new AbortController();
    const watch = discovery.watch('places', { signal: abort.signal });
    const waiting = watch.next();
    abort.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await discovery.watch('places', { signal: abort.signal }).next()).toEqual({ done: true, value: undefined });
  });

  it('ends when the consumer breaks off, and then hears no more', async () => {
    const { registry, discovery } = start();
    discovery.instances('places');
    registry.say('places', 'a');
    const watch = discovery.watch('places');
    for await (const { instances } of watch) {
      expect(idsOf(instances)).toEqual(['a']);
      break;
    }
    registry.say('places', 'b');
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  it('answers several next() in their order', async () => {
    const { registry, discovery } = start();
    const watch = discovery.watch('places');
    const both = Promise.all([take(watch), take(watch)]);
    registry.say('places', 'a');
    await new Promise((resolve) => setImmediate(resolve));
    registry.say('places', 'a', 'b');
    expect(await both).toMatchObject([{ added: ['a'] }, { added: ['b'] }]);
  });

  it('ends when discovery is closed, and so does everything else', async () => {
    const { clock, registry, discovery } = start();
    const waiting = discovery.watch('places').next();
    const found = discovery.discover('places');
    await Promise.all([
      expect(found).rejects.toMatchObject({ code: 'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE' }),
      discovery.close(),
    ]);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(registry.calls).toEqual(['watch places', 'close']);
    expect(registry.observers.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    expect(() => discovery.instances('others')).toThrow(expect.objectContaining({ code: 'ENVOL_DISCOVERY_CLOSED' }));
    expect(discovery.instances('places')).toEqual([]);
  });
});

describe('source()', () => {
  it('is what the load balancer takes: a live list of id, host, port and weight', () => {
    const { registry, discovery } = start();
    /** As in @envol/load-balancer, which this lib does not import. */
    interface InstanceSource {
      current(): ReadonlyArray<{
        readonly id: string;
        readonly host: string;
        readonly port: number;
        readonly weight: number;
      }>;
      subscribe(listener: (instances: ReturnType<InstanceSource['current']>) => void): () => void;
    }
    const source: InstanceSource = discovery.source('places');
    const told: string[][] = [];
    const unsubscribe = source.subscribe((instances) => told.push(idsOf(instances)));
    expect(source.current()).toEqual([]);
    registry.say('places', 'a', 'b');
    registry.say('places', 'b', 'a');
    registry.say('places', 'a');
    unsubscribe();
    registry.say('places', 'c');
    expect(told).toEqual([['a', 'b'], ['a']]);
    expect(source.current()).toEqual([expect.objectContaining({ id: 'c', host: 'host-c', port: 3000, weight: 1 })]);
  });

  it('tells only of changes that the filter lets through', () => {
    const { registry, discovery } = start();
    const source = discovery.source('places', { zone: 'east' });
    const told: string[][] = [];
    source.subscribe((instances) => told.push(idsOf(instances)));
    const east = (id: string) => report(id, { zone: 'east' });
    registry.observers.get('places')?.answered([east('a'), report('b')]);
    const before = source.current();
    registry.observers.get('places')?.answered([east('a'), report('c')]);
    expect(source.current()).toBe(before);
    registry.observers.get('places')?.answered([east('a'), east('c')]);
    expect(told).toEqual([['a'], ['a', 'c']]);
  });

  it('goes on when a listener throws, and says so', () => {
    const { registry, discovery, types } = start();
    const told: string[][] = [];
    discovery.source('places').subscribe(() => {
      throw new Error('mine');
    });
    discovery.source('places').subscribe((instances) => told.push(idsOf(instances)));
    registry.say('places', 'a');
    expect(told).toEqual([['a']]);
    expect(types()).toEqual(['listener-failed']);
  });

  it('contains a listener that rejects, and says so', async () => {
    const { registry, discovery, events } = start();
    const cause = new Error('mine');
    discovery.source('places').subscribe(async () => {
      await Promise.resolve();
      throw cause;
    });
    registry.say('places', 'a');
    await eventually(() => expect(events).toEqual([{ type: 'listener-failed', service: 'places', cause }]));
  });
});

describe('the context of a request', () => {
  const anothers = new AsyncLocalStorage<string>();
  const inRequest = <T>(name: string, work: () => T): T =>
    requestContext.run({ requestId: name }, () => anothers.run(name, work));
  const context = () => [requestContext.current().requestId, anothers.getStore()];
  const NONE = [undefined, undefined];

  it('is not kept by a watch that a request starts, nor given to listeners by whoever brings an answer', () => {
    const { registry, discovery } = start();
    const seen: unknown[] = [];
    const watch = registry.watch.bind(registry);
    registry.watch = (...args) => {
      seen.push(context());
      return watch(...args);
    };
    inRequest('first', () => discovery.source('places')).subscribe(() => void seen.push(context()));
    inRequest('second', () => registry.say('places', 'a'));
    expect(seen).toEqual([NONE, NONE]);
  });

  it('is not kept by a registration that a request starts', async () => {
    const { clock, registry, discovery } = start({ register: { name: 'self', host: 'b', port: 2 } });
    const seen: unknown[] = [];
    registry.register = async () => void seen.push(context());
    registry.deregister = async () => void seen.push(context());
    registry.renew = async () => seen.push(context()) > 0;
    const registration = await inRequest('first', () => discovery.register('places', 'a', 1));
    await inRequest('second', () => discovery.announce());
    await clock.advance(5_000);
    await inRequest('third', () => registration.deregister());
    await inRequest('fourth', () => discovery.close());
    expect(seen).toEqual(Array.from({ length: 6 }, () => NONE));
  });

  it('is still that of the caller after each call', async () => {
    const { registry, discovery } = start();
    await inRequest('first', async () => {
      const found = discovery.discover('places');
      registry.say('places', 'a');
      await found;
      await discovery.register('places', 'a', 1);
      expect(context()).toEqual(['first', 'first']);
    });
  });
});

describe('describe()', () => {
  it('tells of each service what is known of it and how old that is', async () => {
    const { clock, registry, discovery, metric } = start();
    discovery.instances('places');
    expect(discovery.describe()).toEqual({
      registry: 'fake',
      services: [{ name: 'places', state: 'unknown', instances: [] }],
      registrations: [],
    });
    registry.observers.get('places')?.answered([report('a'), report('b', { health: 'critical' })]);
    const answeredAt = clock.now();
    await clock.advance(7_000);
    registry.observers.get('places')?.failed(new Error('gone'));
    const failingSince = clock.now();
    await clock.advance(1_000);
    registry.observers.get('places')?.failed(new Error('gone'));
    expect(discovery.describe().services).toEqual([
      {
        name: 'places',
        state: 'stale',
        answeredAt,
        answerAge: 8_000,
        failingSince,
        failure: 'gone',
        instances: [
          { ...report('a'), listed: true, held: false },
          { ...report('b', { health: 'critical' }), listed: false, held: false },
        ],
      },
    ]);
    expect(metric('answer_age_seconds')).toBe(8);
    expect(metric('watch_errors_total')).toBe(2);
    expect(metric('instances')).toBe(1);
    expect(() => JSON.stringify(discovery.describe())).not.toThrow();
  });

  it('says once that the registry is away and once that it is back', () => {
    const { registry, discovery, types } = start();
    discovery.instances('places');
    const observer = registry.observers.get('places');
    for (const reason of ['gone', 'gone', 'refused']) observer?.failed(new Error(reason));
    registry.say('places', 'a');
    registry.say('places', 'a');
    expect(types()).toEqual(['watch-failed', 'watch-failed', 'watch-recovered']);
  });
});

describe('staticRegistry()', () => {
  const PLACES = {
    places: [
      { host: '10.0.0.1', port: 80 },
      { host: '::1', port: 81, weight: 3, id: 'six', zone: 'east' },
    ],
  };

  it('lists what it was given at once', async () => {
    const { discovery } = start({ registry: staticRegistry(PLACES) });
    expect(discovery.instances('places')).toEqual([
      { id: '10.0.0.1:80', host: '10.0.0.1', port: 80, weight: 1, tags: [], meta: {}, health: 'passing' },
      { id: 'six', host: '::1', port: 81, weight: 3, tags: [], meta: {}, health: 'passing', zone: 'east' },
    ]);
    await expect(discovery.discover('others')).resolves.toEqual([]);
  });

  it('adds what is registered and removes what is deregistered, without a hold', async () => {
    const { discovery } = start({ registry: staticRegistry() });
    const registration = await discovery.register('places', '10.0.0.3', 80);
    expect(idsOf(discovery.instances('places'))).toEqual(['places-10.0.0.3-80']);
    await registration.deregister();
    expect(discovery.instances('places')).toEqual([]);
  });

  it('has one entry for an address, whoever registers it', async () => {
    const { discovery } = start({ registry: staticRegistry(PLACES) });
    await discovery.register('places', '10.0.0.1', 80);
    expect(idsOf(discovery.instances('places'))).toEqual(['places-10.0.0.1-80', 'six']);
  });

  it('is shared by everyone who has it, and outlives each of them', async () => {
    const registry = staticRegistry();
    const [one, other] = [start({ registry }).discovery, start({ registry }).discovery];
    expect(other.instances('places')).toEqual([]);
    await one.register('places', '10.0.0.3', 80);
    expect(idsOf(other.instances('places'))).toEqual(['places-10.0.0.3-80']);
    await one.close();
    expect(other.instances('places')).toEqual([]);
    await other.register('places', '10.0.0.4', 80);
    expect(idsOf(other.instances('places'))).toEqual(['places-10.0.0.4-80']);
  });

  it.each([
    [{ places: [{ host: '10.0.0.1', port: 0 }] }, /places\.0\.port: /],
    [{ places: [{ host: 'a b', port: 80 }] }, /places\.0\.host: /],
    [{ places: [{ host: 'a', port: 80, prot: 1 }] }, /did you mean "port"/],
    [
      {
        places: [
          { host: 'a', port: 80 },
          { host: 'a', port: 80 },
        ],
      },
      /places: the same id/,
    ],
    [{ 'a b': [] }, /a b: /],
    [{ places: [{ host: 'a', port: 80, id: 'a\nb' }] }, /places\.0\.id: .*control characters/],
    [{ places: [{ host: 'a', port: 80, tags: ['a\nb'] }] }, /places\.0\.tags\.0: .*control characters/],
  ])('refuses %j', (services, message) => {
    expect(() => staticRegistry(services)).toThrow(message);
  });
});

describe('resolveDiscoveryOptions', () => {
  it.each([
    [{}, /registry: expected a registry/],
    [{ registry: 'consul' }, /registry: expected a registry/],
    [{ registry: staticRegistry(), allow: ['10.0.0.0/64'] }, /allow\.0: expected a network|allow: /],
    [{ registry: staticRegistry(), register: { name: 'a b' } }, /register\.name: /],
    [{ registry: staticRegistry(), register: { name: 'a', chek: {} } }, /did you mean "check"/],
    [{ registry: staticRegistry(), timeout: 0 }, /timeout: /],
    [{ registry: staticRegistry(), maxServices: 0 }, /maxServices: /],
    [{ registry: staticRegistry(), registery: 1 }, /did you mean "registry"|did you mean "register"/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveDiscoveryOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'ENVOL_DISCOVERY_INVALID_OPTIONS', message: expect.stringMatching(message) }),
    );
  });
});
