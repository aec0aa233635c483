import { inspect } from 'node:util';
import { resolveDiscoveryOptions, ServiceDiscovery, type DiscoveryEvent } from '@envol/discovery';
import { consul, type ConsulOptions } from '@envol/discovery/consul';
import { systemClock } from '@envol/common';
import { eventually, RecordingMetrics } from '@envol/common/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { entry, FakeAgent, health, type AgentRequest } from './fake-agent.js';

const TOKEN = 'b1gs33cr3t-0000-1111';
let agent: FakeAgent;
const open: ServiceDiscovery[] = [];

beforeAll(async () => {
  agent = await FakeAgent.start();
});
afterEach(async () => {
  agent.answer(() => ({}));
  await Promise.all(open.splice(0).map((discovery) => discovery.close()));
  agent.answer(() => ({}));
});
afterAll(() => agent.stop());

function start(options: ConsulOptions = {}) {
  const metrics = new RecordingMetrics();
  const events: DiscoveryEvent[] = [];
  const registry = consul({ url: agent.url, ...options });
  const onEvent = (event: DiscoveryEvent): void => void events.push(event);
  const parts = { clock: systemClock, metrics, random: () => 0, onEvent, whenReady: async () => undefined };
  const discovery = new ServiceDiscovery(resolveDiscoveryOptions({ registry }), parts);
  open.push(discovery);
  return { discovery, events, metrics };
}
const ids = (discovery: ServiceDiscovery) => discovery.instances('places').map(({ id }) => id);
const describeOf = (discovery: ServiceDiscovery) => discovery.describe().services[0];
/** The requests so far, when there are so many. */
const requested = (count: number) =>
  eventually(() => {
    expect(agent.requests.length).toBeGreaterThanOrEqual(count);
    return agent.requests;
  }, 10_000);
/** Answers the first health query with `first`, and keeps all later ones waiting, as an agent does while nothing changes. */
const once = (first: ReturnType<typeof health>) => (_: AgentRequest, nth: number) => (nth === 1 ? first : undefined);

describe('looking up', () => {
  it('asks with stale, then waits for a change in the agent, with the token in a header only', async () => {
    agent.answer(once(health(42, [entry('a')])));
    const { discovery } = start({ token: TOKEN, datacenter: 'dc2', waitTime: '55s' });
    await discovery.discover('places');
    const [first, second] = await requested(2);
    expect(first?.path).toBe('/v1/health/service/places');
    expect(Object.fromEntries(first?.query ?? [])).toEqual({ stale: '', dc: 'dc2' });
    expect(first?.headers['x-consul-token']).toBe(TOKEN);
    expect(Object.fromEntries(second?.query ?? [])).toEqual({ stale: '', dc: 'dc2', index: '42', wait: '55000ms' });
  });

  it('keeps a path in front of the API', async () => {
    agent.answer(once(health(1, [])));
    await start({ url: `${agent.url}/consul/` }).discovery.discover('places');
    expect(agent.requests[0]?.path).toBe('/consul/v1/health/service/places');
  });

  it('follows changes', async () => {
    agent.answer((_, nth) => (nth < 3 ? health(nth, nth === 1 ? [entry('a'), entry('b')] : [entry('b')]) : undefined));
    const { discovery } = start();
    await discovery.discover('places');
    await eventually(() => expect(ids(discovery)).toEqual(['b']));
  });

  it('takes warning instances with the weight they have then, and none with weight 0', async () => {
    const Weights = { Passing: 10, Warning: 2 };
    agent.answer(
      once(
        health(1, [
          entry('passing', { Weights }),
          entry('warning', { Weights }, ['passing', 'warning']),
          entry('critical', { Weights }, ['critical']),
          entry('none', { Weights: { Passing: 1, Warning: 0 } }, ['warning']),
        ]),
      ),
    );
    const found = await start().discovery.discover('places');
    expect(found.map(({ id, weight }) => [id, weight])).toEqual([
      ['passing', 10],
      ['warning', 2],
    ]);
  });

  it.each([
    ['an index of 0', '0'],
    ['a negative index', '-7'],
  ])('does not spin on %s: the next query waits all the same', async (_, index) => {
    agent.answer(once(health(0, [entry('a')], { 'x-consul-index': index })));
    const { discovery } = start();
    await discovery.discover('places');
    const [, second] = await requested(2);
    expect(second?.query.get('index')).toBe('1');
  });

  it('starts anew when the index goes back, as after a restore of the servers', async () => {
    agent.answer((_, nth) => [health(63, [entry('a')]), health(11, [entry('a'), entry('b')])][nth - 1]);
    const { discovery } = start();
    await discovery.discover('places');
    const [, , third] = await requested(3);
    expect(third?.query.has('index')).toBe(false);
    expect(ids(discovery)).toEqual(['a', 'b']);
  });

  it('is not spun by an index that changes with every answer', async () => {
    agent.answer((_, nth) => health(nth * 10, [entry('a')]));
    const { discovery } = start();
    const begin = performance.now();
    await discovery.discover('places');
    await eventually(() => agent.requests.length >= 4, 10_000);
    // Two at once, then one a second: the fourth cannot come before two seconds are over, however slow this machine is.
    expect(performance.now() - begin).toBeGreaterThan(1_900);
  });

  it.each([
    ['a body that is no JSON', { body: '<html>a proxy</html>', headers: { 'x-consul-index': '5' } }, /no JSON/],
    ['a body that is no list', health(5, { error: 'x' } as never), /no list/],
    ['no index', { body: [] }, /no X-Consul-Index/],
    ['an index that is no number', { body: [], headers: { 'x-consul-index': 'soon' } }, /no X-Consul-Index/],
    ['500', { status: 500, body: 'No cluster leader' }, /500 "No cluster leader"/],
    ['403', { status: 403, body: 'Permission denied' }, /Consul refused GET .*403 "Permission denied"/],
    ['400', { status: 400, body: 'bad index' }, /400/],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }, /302/],
  ])('takes %s for a failure, and says what is wrong', async (_, bad, message) => {
    agent.answer(() => bad);
    await expect(start().discovery.discover('places')).rejects.toThrow(message);
  });

  it('keeps the list over an error, says so, and goes on: also after 400, which ends other clients', async () => {
    agent.answer((_, nth) => [health(1, [entry('a')]), { status: 400 }, health(9, [entry('a'), entry('b')])][nth - 1]);
    const { discovery, events } = start();
    await discovery.discover('places');
    await eventually(() => expect(describeOf(discovery)?.state).toBe('stale'), 10_000);
    expect(ids(discovery)).toEqual(['a']);
    await eventually(() => expect(ids(discovery)).toEqual(['a', 'b']), 10_000);
    expect(events.map(({ type }) => type)).toEqual(['watch-failed', 'watch-recovered']);
  });

  it('asks without an index after an error: an agent that lost its data would keep the old one waiting', async () => {
    agent.answer((_, nth) => [health(63, [entry('a')]), { status: 500 }, health(5, [])][nth - 1]);
    const { discovery, metrics } = start();
    await discovery.discover('places');
    const requests = await requested(4);
    expect(requests.map(({ query }) => query.get('index'))).toEqual([null, '63', null, '5']);
    expect(ids(discovery)).toEqual(['a']);
    expect(metrics.value('envol_discovery_holds_total', { service: 'places' })).toBe(1);
  });

  it('gives up a query that hangs longer than it was asked to, and keeps the list', async () => {
    agent.answer(once(health(1, [entry('a')])));
    const { discovery } = start({ waitTime: '200ms', timeout: '300ms' });
    await discovery.discover('places');
    await eventually(() => expect(describeOf(discovery)).toMatchObject({ state: 'stale' }), 10_000);
    expect(describeOf(discovery)?.failure).toMatch(/no answer within 512.5 ms/);
    expect(ids(discovery)).toEqual(['a']);
  });

  it('does not read an answer without end', async () => {
    agent.answer(() => ({ headers: { 'x-consul-index': '1' }, body: Buffer.alloc(17 * 1024 * 1024, ' ') }));
    await expect(start({ timeout: '20s' }).discovery.discover('places')).rejects.toThrow(/longer than 16777216 bytes/);
  }, 30_000);

  it('takes an empty answer that the ACL has filtered for a failure, also after the hold', async () => {
    agent.answer((_, nth) =>
      nth === 1 ? health(1, [entry('a')]) : health(2, [], { 'x-consul-results-filtered-by-acls': 'true' }),
    );
    const { discovery } = start({ holdEmptyFor: 0 });
    await discovery.discover('places');
    await eventually(() => expect(describeOf(discovery)?.failure).toMatch(/ACL hides/), 10_000);
    expect(ids(discovery)).toEqual(['a']);
  });

  it('lists the good ones of an answer with bad ones among them', async () => {
    agent.answer(
      once(
        health(1, [
          entry('good'),
          entry('link-local', { Address: '169.254.169.254' }),
          entry('no port', { Port: 0 }),
          entry('url', { Address: 'http://evil/' }),
          { Service: 'garbage' },
          null,
        ]),
      ),
    );
    const { discovery, metrics } = start();
    expect((await discovery.discover('places')).map(({ id }) => id)).toEqual(['good']);
    expect(metrics.value('envol_discovery_refused_instances_total', { service: 'places' })).toBe(4);
  });
});

describe('registering', () => {
  const bodyOf = (request: AgentRequest | undefined): unknown => JSON.parse(request?.body ?? '');

  it('sends everything, with a TTL check that begins as passing', async () => {
    const { discovery } = start({ token: TOKEN });
    const registration = await discovery.register({
      name: 'places',
      host: '10.0.0.7',
      port: 3001,
      weight: 5,
      tags: ['fast'],
      version: '2',
      zone: 'east',
      meta: { team: 'maps' },
    });
    const [request] = agent.requests;
    expect(request).toMatchObject({ method: 'PUT', path: '/v1/agent/service/register' });
    expect(request?.query.get('replace-existing-checks')).toBe('true');
    expect(request?.headers['x-consul-token']).toBe(TOKEN);
    expect(bodyOf(request)).toEqual({
      ID: 'places-10.0.0.7-3001',
      Name: 'places',
      Address: '10.0.0.7',
      Port: 3001,
      Tags: ['fast'],
      Meta: { team: 'maps', version: '2', zone: 'east' },
      Weights: { Passing: 5, Warning: 1 },
      Check: {
        CheckID: 'service:places-10.0.0.7-3001',
        Name: 'places at 10.0.0.7:3001',
        TTL: '15000ms',
        Status: 'passing',
        DeregisterCriticalServiceAfter: '60000ms',
      },
    });
    await registration.deregister();
    expect(agent.requests.at(-1)).toMatchObject({
      method: 'PUT',
      path: '/v1/agent/service/deregister/places-10.0.0.7-3001',
    });
  });

  it.each([
    [
      { type: 'http', interval: '5s' } as const,
      { HTTP: 'http://[2001:db8::7]:3001/health', Interval: '5000ms', Timeout: '2000ms' },
    ],
    [
      {
        type: 'http',
        path: '/ready?x=1',
        protocol: 'https',
        port: 9000,
        timeout: '1s',
        deregisterAfter: '5m',
      } as const,
      { HTTP: 'https://[2001:db8::7]:9000/ready?x=1', Timeout: '1000ms', DeregisterCriticalServiceAfter: '300000ms' },
    ],
    [{ type: 'tcp' } as const, { TCP: '[2001:db8::7]:3001', Interval: '10000ms' }],
  ])('sends the check %j', async (check, expected) => {
    const { discovery } = start();
    await discovery.register({ name: 'places', host: '2001:db8::7', port: 3001, check });
    expect(bodyOf(agent.requests[0])).toMatchObject({ Check: expected });
    expect(bodyOf(agent.requests[0])).not.toHaveProperty('Check.Status');
  });

  it('escapes an id in a path', async () => {
    const { discovery } = start();
    const id = '../../v1/agent/leave?x#y';
    const registration = await discovery.register({ name: 'places', host: 'a', port: 1, id });
    await registration.deregister();
    expect(agent.requests.at(-1)?.path).toBe(`/v1/agent/service/deregister/${encodeURIComponent(id)}`);
  });

  it.each([404, 500])('renews a TTL check three times within its time, and registers again on %d', async (status) => {
    agent.answer(({ path }, nth) => ({ status: path.includes('/check/pass/') && nth === 2 ? status : 200 }));
    const { discovery, metrics } = start();
    await discovery.register({ name: 'places', host: 'a', port: 1, check: { type: 'ttl', ttl: '1s' } });
    const requests = await requested(5);
    expect(requests.slice(0, 5).map(({ path }) => path.split('/').slice(3, 5).join('/'))).toEqual([
      'service/register',
      'check/pass',
      'check/pass',
      'service/register',
      'check/pass',
    ]);
    expect(requests[1]).toMatchObject({
      method: 'PUT',
      path: `/v1/agent/check/pass/${encodeURIComponent('service:places-a-1')}`,
    });
    expect(metrics.value('envol_discovery_forgotten_registrations_total')).toBe(1);
  });

  it('asks for a registration with an HTTP or TCP check, and registers again when the agent does not know it', async () => {
    agent.answer(({ path }, nth) => ({ status: path === '/v1/agent/service/places-a-1' && nth === 2 ? 404 : 200 }));
    const { discovery } = start({ verifyEvery: '100ms' });
    await discovery.register({ name: 'places', host: 'a', port: 1, check: { type: 'tcp' } });
    await eventually(() => agent.requests.filter(({ path }) => path.endsWith('/register')).length === 2, 10_000);
    expect(agent.requests.some(({ path }) => path.includes('/check/'))).toBe(false);
  });

  it('takes 403 on a renewal for a failure, not for a registration that is lost', async () => {
    agent.answer(({ path }) => ({ status: path.includes('/check/pass/') ? 403 : 200, body: 'Permission denied' }));
    const { discovery } = start();
    const registration = await discovery.register({
      name: 'places',
      host: 'a',
      port: 1,
      check: { type: 'ttl', ttl: '1s' },
    });
    await eventually(() => expect(registration.state).toBe('unconfirmed'), 10_000);
    expect(agent.requests.filter(({ path }) => path.endsWith('/register'))).toHaveLength(1);
  });

  it('is content when what it deregisters is not there', async () => {
    agent.answer(({ path }) => ({ status: path.includes('/deregister/') ? 404 : 200 }));
    const registration = await start().discovery.register('places', 'a', 1);
    await expect(registration.deregister()).resolves.toBeUndefined();
  });

  it('fails within its timeout when the agent hangs', async () => {
    agent.answer(() => undefined);
    await expect(start({ timeout: '200ms' }).discovery.register('places', 'a', 1)).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_REGISTER_FAILED',
      message: expect.stringContaining('no answer within 200 ms'),
    });
  });
});

describe('the token', () => {
  it('is nowhere in errors, events, descriptions and the object itself, also when the other side echoes it', async () => {
    agent.answer(({ headers }) => ({ status: 403, body: `no: ${String(headers['x-consul-token'])}` }));
    const { discovery, events } = start({ token: TOKEN });
    const errors = await Promise.all([
      discovery.discover('places').catch((error: unknown) => error),
      discovery.register('places', 'a', 1).catch((error: unknown) => error),
    ]);
    const everything = [...errors, ...events, discovery.describe(), discovery];
    const printed = inspect(everything, { depth: null, showHidden: true, getters: true });
    expect(printed).toContain('no: ***');
    expect(printed).not.toContain(TOKEN);
  });

  it('is not in the error when the agent is away or hangs', async () => {
    agent.answer(() => undefined);
    const errors = await Promise.all(
      [agent.url, 'http://127.0.0.1:1'].map((url) =>
        start({ token: TOKEN, url, timeout: '200ms' })
          .discovery.discover('places')
          .catch((error: unknown) => error),
      ),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE' });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(TOKEN);
    }
  });
});

describe('consul() options', () => {
  it.each<[object, RegExp]>([
    [{ url: 'localhost:8500' }, /url: expected a url such as/],
    [{ url: 'redis://localhost' }, /url: expected a url such as/],
    [{ url: 'no url' }, /url: expected a url such as/],
    [{ url: 'http://localhost:8500/?token=x' }, /url: must not have a query \("\?"\); give `token`/],
    [{ url: 'http://localhost:8500/#x' }, /url: must not have a fragment \("#"\)/],
    [{ url: 'http://user:pass@localhost:8500' }, /url: must not hold a user or password/],
    [{ token: 'a\nb' }, /token: expected printable/],
    [{ waitTime: '11m' }, /waitTime: expected at most '10m'/],
    [{ timeout: 0 }, /timeout: /],
    [{ tokn: 'x' }, /"tokn" is not an option, did you mean "token"/],
    [{ tlsOptions: { caa: 'x' } }, /did you mean "ca"/],
  ])('refuses %j', (options, message) => {
    expect(() => consul(options)).toThrow(
      expect.objectContaining({ code: 'ENVOL_DISCOVERY_INVALID_OPTIONS', message: expect.stringMatching(message) }),
    );
  });

  it('does not show a token or password that it refuses', () => {
    for (const options of [
      { token: `${TOKEN} ` },
      { url: `http://u:${TOKEN}@localhost` },
      { url: `http://localhost?token=${TOKEN}` },
      { url: `http://localhost#${TOKEN}` },
      { tokn: TOKEN },
    ]) {
      let error: unknown;
      try {
        consul(options);
      } catch (thrown) {
        error = thrown;
      }
      expect(inspect(error, { depth: null })).toContain('ENVOL_DISCOVERY_INVALID_OPTIONS');
      expect(inspect(error, { depth: null })).not.toContain(TOKEN);
    }
  });
});
