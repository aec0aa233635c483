import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { resolveDiscoveryOptions, ServiceDiscovery } from '@envol/discovery';
import { consul, type ConsulOptions } from '@envol/discovery/consul';
import { noMetrics, systemClock } from '@envol/common';
import { eventually } from '@envol/common/testing';
import { startService } from '@envol/services';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

const DEADLINE = 30_000;

type Consul = Awaited<ReturnType<typeof startService<'consul'>>>;

let agent: Consul;
let nextService = 0;
const open: ServiceDiscovery[] = [];

beforeAll(async () => {
  agent = await startService('consul');
}, 60_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((discovery) => discovery.close()));
});
afterAll(() => agent.stop());

/** One process: what it registers goes when it is closed. */
function start(options: ConsulOptions = {}, url = agent.url): ServiceDiscovery {
  const parts = { clock: systemClock, metrics: noMetrics, random: Math.random, onEvent: () => undefined };
  const registry = consul({ url, verifyEvery: '200ms', ...options });
  const discovery = new ServiceDiscovery(resolveDiscoveryOptions({ registry }), {
    ...parts,
    whenReady: async () => undefined,
  });
  open.push(discovery);
  return discovery;
}
/** A name of its own for each test. */
const serviceName = () => `places-${(nextService += 1)}`;

async function put(path: string, body?: object): Promise<void> {
  const response = await fetch(`${agent.url}${path}`, { method: 'PUT', body: JSON.stringify(body ?? {}) });
  if (!response.ok) throw new Error(await response.text());
}
async function get(path: string): Promise<unknown> {
  return (await fetch(`${agent.url}${path}`)).json();
}

describe('with a real agent', () => {
  it('finds what another process registers, with all it says of itself, and forgets it when that one leaves', async () => {
    const [name, reader, writer] = [serviceName(), start(), start()];
    expect(await reader.discover(name)).toEqual([]);
    const registration = await writer.register({
      name,
      host: '10.0.0.7',
      port: 3001,
      weight: 5,
      tags: ['fast'],
      version: '2',
      zone: 'east',
      meta: { team: 'maps' },
    });
    const expected = {
      id: registration.id,
      host: '10.0.0.7',
      port: 3001,
      weight: 5,
      tags: ['fast'],
      version: '2',
      zone: 'east',
      meta: { team: 'maps' },
      health: 'passing',
    };
    await eventually(() => expect(reader.instances(name)).toEqual([expected]), DEADLINE);
    await writer.register(name, '10.0.0.8', 3001);
    await eventually(() => expect(reader.instances(name)).toHaveLength(2), DEADLINE);
    await registration.deregister();
    await eventually(() => expect(reader.instances(name)).toMatchObject([{ host: '10.0.0.8' }]), DEADLINE);
  });

  it('has one entry for a process that crashed and came back at the same address', async () => {
    const name = serviceName();
    const crashed = start();
    await crashed.register(name, '10.0.0.7', 3001);
    const again = start();
    await again.register({ name, host: '10.0.0.7', port: 3001, weight: 3 });
    expect(await start().discover(name)).toMatchObject([{ weight: 3 }]);
    expect(await get(`/v1/health/checks/${name}`)).toHaveLength(1);
  });

  it('stops listing a process that does not renew its TTL check any more', async () => {
    const [name, reader] = [serviceName(), start({ holdEmptyFor: 0 })];
    // As a process that hangs: registered, and nobody renews.
    await put('/v1/agent/service/register', {
      Name: name,
      Address: '10.0.0.7',
      Port: 3001,
      Check: { TTL: '1s', Status: 'passing' },
    });
    const renewed = await start().register({ name, host: '10.0.0.8', port: 3001, check: { type: 'ttl', ttl: '1s' } });
    expect(await reader.discover(name)).toHaveLength(2);
    await eventually(() => expect(reader.instances(name)).toMatchObject([{ id: renewed.id }]), DEADLINE);
    expect(reader.describe().services[0]?.instances).toContainEqual(
      expect.objectContaining({ host: '10.0.0.7', health: 'critical', listed: false }),
    );
  });

  it('registers again when the agent forgot, whatever the check', async () => {
    const [name, writer, reader] = [serviceName(), start(), start()];
    const ttl = await writer.register({ name, host: '10.0.0.7', port: 1, check: { type: 'ttl', ttl: '1s' } });
    const tcp = await writer.register({
      name,
      host: '127.0.0.1',
      port: Number(new URL(agent.url).port),
      check: { type: 'tcp', interval: '100ms' },
    });
    await eventually(async () => expect(await reader.discover(name)).toHaveLength(2), DEADLINE);
    await put(`/v1/agent/service/deregister/${ttl.id}`);
    await put(`/v1/agent/service/deregister/${tcp.id}`);
    await eventually(
      async () =>
        expect(Object.keys((await get('/v1/agent/services')) as object)).toEqual(
          expect.arrayContaining([ttl.id, tcp.id]),
        ),
      DEADLINE,
    );
    expect([ttl.state, tcp.state]).toEqual(['registered', 'registered']);
  });

  it('takes the address of the node for a service without one', async () => {
    const name = serviceName();
    await put('/v1/agent/service/register', { Name: name, Port: 3001 });
    expect(await start().discover(name)).toMatchObject([{ id: name, host: '127.0.0.1', port: 3001, weight: 1 }]);
  });

  it('does not list a service in maintenance', async () => {
    const [name, reader, writer] = [serviceName(), start(), start()];
    const one = await writer.register(name, '10.0.0.7', 3001);
    const other = await writer.register(name, '10.0.0.8', 3001);
    expect(await reader.discover(name)).toHaveLength(2);
    await put(`/v1/agent/service/maintenance/${one.id}?enable=true&reason=test`);
    await eventually(() => expect(reader.instances(name)).toMatchObject([{ id: other.id }]), DEADLINE);
  });

  it('deregisters an id with signs in it that have a meaning in a url', async () => {
    const [name, reader, writer] = [serviceName(), start({ holdEmptyFor: 0 }), start()];
    const registration = await writer.register({ name, host: '2001:db8::7', port: 3001, id: 'a/b?c#d%e' });
    expect(await reader.discover(name)).toMatchObject([{ id: 'a/b?c#d%e', host: '2001:db8::7' }]);
    await registration.deregister();
    await eventually(() => expect(reader.instances(name)).toEqual([]), DEADLINE);
  });
});

describe('an HTTP check by the agent', () => {
  let server: Server;
  let status = 200;

  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(status).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  it('lists the instance when it answers, with the weight of its health', async () => {
    const [name, reader, writer] = [serviceName(), start({ holdEmptyFor: 0 }), start()];
    const { port } = server.address() as AddressInfo;
    const check = { type: 'http', path: '/health', interval: '100ms' } as const;
    await writer.register({ name, host: '127.0.0.1', port, weight: 10, check });
    await eventually(() => expect(reader.instances(name)).toMatchObject([{ health: 'passing', weight: 10 }]), DEADLINE);
    status = 429;
    await eventually(() => expect(reader.instances(name)).toMatchObject([{ health: 'warning', weight: 1 }]), DEADLINE);
    status = 503;
    await eventually(() => expect(reader.instances(name)).toEqual([]), DEADLINE);
    status = 200;
    await eventually(() => expect(reader.instances(name)).toMatchObject([{ health: 'passing' }]), DEADLINE);
  });
});

describe('an agent with ACLs', () => {
  const TOKEN = '5c1e2e5a-7c5d-4a3f-9a38-0d7fbb7f3c11';
  let guarded: Consul;

  beforeAll(async () => {
    guarded = await startService('consul', { acl: { token: TOKEN } });
  }, 60_000);
  afterAll(() => guarded.stop());

  it('registers and finds with the token', async () => {
    const discovery = start({ token: TOKEN }, guarded.url);
    await discovery.register('places', '10.0.0.7', 3001);
    expect(await discovery.discover('places')).toHaveLength(1);
  });

  it('says that a wrong token is refused', async () => {
    const discovery = start({ token: '00000000-1111-2222-3333-444444444444' }, guarded.url);
    await expect(discovery.discover('places')).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE',
      cause: expect.objectContaining({
        code: 'ENVOL_DISCOVERY_REGISTRY_REFUSED',
        hint: expect.stringContaining('token'),
      }),
    });
    await expect(discovery.register('places', '10.0.0.7', 3001)).rejects.toMatchObject({
      cause: expect.objectContaining({ code: 'ENVOL_DISCOVERY_REGISTRY_REFUSED' }),
    });
  });

  it('says that it may not register without a token', async () => {
    await expect(start({}, guarded.url).register('places', '10.0.0.7', 3001)).rejects.toMatchObject({
      code: 'ENVOL_DISCOVERY_REGISTER_FAILED',
      message: expect.stringContaining('403'),
    });
  });
});
