import { resolveDiscoveryOptions, ServiceDiscovery, type DiscoveryEvent } from '@envol/discovery';
import { consul, type ConsulOptions } from '@envol/discovery/consul';
import { systemClock } from '@envol/common';
import { eventually, RecordingMetrics } from '@envol/common/testing';
import { startFaultProxy, startService, type FaultProxy } from '@envol/services';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const DEADLINE = 60_000;
const NAME = 'places';

let agent: Awaited<ReturnType<typeof startService<'consul'>>>;
let proxies: FaultProxy[] = [];
const open: ServiceDiscovery[] = [];

beforeEach(async () => {
  agent = await startService('consul');
}, DEADLINE);
afterEach(async () => {
  await agent.resume().catch(() => undefined);
  await Promise.all(open.splice(0).map((discovery) => discovery.close()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  proxies = [];
  await agent.stop();
}, 2 * DEADLINE);

async function startProxy(): Promise<FaultProxy> {
  const proxy = await startFaultProxy(agent);
  proxies.push(proxy);
  return proxy;
}

/** One process. */
function start(options: ConsulOptions = {}) {
  const metrics = new RecordingMetrics();
  const events: DiscoveryEvent[] = [];
  const registry = consul({ url: agent.url, timeout: '500ms', verifyEvery: '300ms', ...options });
  const onEvent = (event: DiscoveryEvent): void => void events.push(event);
  const parts = { clock: systemClock, metrics, random: Math.random, onEvent, whenReady: async () => undefined };
  const discovery = new ServiceDiscovery(resolveDiscoveryOptions({ registry, timeout: '2s' }), parts);
  open.push(discovery);
  return { discovery, events, metric: (name: string) => metrics.value(`envol_discovery_${name}`, { service: NAME }) };
}
type Process = ReturnType<typeof start>;

/** So many processes that each register themselves, with a TTL that a machine under load keeps. */
async function startReplicas(count: number, options: ConsulOptions = {}): Promise<Process[]> {
  const replicas = Array.from({ length: count }, () => start(options));
  const check = { type: 'ttl', ttl: '10s' } as const;
  await Promise.all(
    replicas.map(({ discovery }, place) =>
      discovery.register({ name: NAME, host: `10.0.0.${place + 1}`, port: 80, check }),
    ),
  );
  return replicas;
}

/** Reads the list all the time until the test ends: its shortest length, and how many reads waited for anything. */
function readAllTheTime({ discovery }: Process) {
  const seen = { shortest: Infinity, waited: 0 };
  const read = async (): Promise<void> => {
    if (!open.includes(discovery)) return;
    const late = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
    const found = await Promise.race([discovery.discover(NAME), late]);
    if (found === undefined) seen.waited += 1;
    seen.shortest = Math.min(seen.shortest, found?.length ?? Infinity, discovery.instances(NAME).length);
    setTimeout(() => void read(), 2);
  };
  void read();
  return seen;
}
const stateOf = ({ discovery }: Process) => discovery.describe().services[0]?.state;
const idsInConsul = async () => Object.keys((await (await fetch(`${agent.url}/v1/agent/services`)).json()) as object);

describe('when Consul is ill', () => {
  it(
    'keeps the list of an agent that hangs, reads are instant, and it follows again when the agent goes on',
    async () => {
      const [reader, replicas] = [start({ waitTime: '1s' }), await startReplicas(3)];
      await eventually(async () => expect(await reader.discovery.discover(NAME)).toHaveLength(3), DEADLINE);
      const seen = readAllTheTime(reader);
      await agent.pause();
      await eventually(() => expect(stateOf(reader)).toBe('stale'), DEADLINE);
      await eventually(() => expect(reader.metric('watch_errors_total')).toBeGreaterThanOrEqual(3), DEADLINE);
      await agent.resume();
      await eventually(() => expect(stateOf(reader)).toBe('current'), DEADLINE);
      expect(seen).toEqual({ shortest: 3, waited: 0 });
      await replicas[0]?.discovery.close();
      await eventually(() => expect(reader.discovery.instances(NAME)).toHaveLength(2), DEADLINE);
    },
    2 * DEADLINE,
  );

  it(
    'shows no empty list to anyone when the agent loses its data, and everybody registers again by themselves',
    async () => {
      const proxy = await startProxy();
      const throughProxy = { url: `http://${proxy.host}:${proxy.port}` };
      const [reader, replicas] = [start({ holdEmptyFor: '60s' }), await startReplicas(3, throughProxy)];
      const checkedByAgent = await start(throughProxy).discovery.register({
        name: NAME,
        host: agent.host,
        port: agent.port,
        check: { type: 'tcp', interval: '200ms' },
      });
      await eventually(async () => expect(await reader.discovery.discover(NAME)).toHaveLength(4), DEADLINE);
      const seen = readAllTheTime(reader);
      await agent.kill();
      await proxy.cut(); // the reader is the first to be back, and finds nothing
      await agent.restart();
      await eventually(() => expect(stateOf(reader)).toBe('held'), DEADLINE);
      await proxy.heal();
      await eventually(() => expect(stateOf(reader)).toBe('current'), DEADLINE);
      expect(seen.shortest).toBe(4);
      expect(reader.discovery.instances(NAME).map(({ health }) => health)).toEqual(Array(4).fill('passing'));
      expect(reader.events.map(({ type }) => type).slice(-2)).toEqual(['held', 'let-go']);
      expect(reader.metric('holds_total')).toBe(1);
      expect(checkedByAgent.state).toBe('registered');
      expect(await idsInConsul()).toHaveLength(4);
      // The watch lives: it sees what happens from now on.
      await replicas[0]?.discovery.close();
      await eventually(() => expect(reader.discovery.instances(NAME)).toHaveLength(3), DEADLINE);
    },
    2 * DEADLINE,
  );

  it(
    'lets go of those that died with the agent, after the hold',
    async () => {
      const [reader, replicas] = [start({ holdEmptyFor: '3s' }), await startReplicas(2)];
      await eventually(async () => expect(await reader.discovery.discover(NAME)).toHaveLength(2), DEADLINE);
      const seen = readAllTheTime(reader);
      await agent.kill();
      // They cannot deregister any more, as processes that are killed cannot.
      await Promise.all(replicas.map(({ discovery }) => discovery.close()));
      await agent.restart();
      await eventually(() => expect(stateOf(reader)).toBe('held'), DEADLINE);
      expect(seen.shortest).toBe(2);
      await eventually(() => expect(reader.discovery.instances(NAME)).toEqual([]), DEADLINE);
      expect(stateOf(reader)).toBe('current');
    },
    2 * DEADLINE,
  );

  it(
    'gives up a connection that is half-open, keeps the list, and goes on over a new one',
    async () => {
      const proxy = await startProxy();
      const reader = start({ url: `http://${proxy.host}:${proxy.port}`, waitTime: '1s' });
      const [replica] = await startReplicas(1);
      await eventually(async () => expect(await reader.discovery.discover(NAME)).toHaveLength(1), DEADLINE);
      await proxy.halfOpen();
      await eventually(() => expect(stateOf(reader)).toBe('stale'), DEADLINE);
      await replica?.discovery.register(NAME, '10.0.0.9', 80);
      expect(reader.discovery.instances(NAME)).toHaveLength(1);
      await proxy.heal();
      await eventually(() => expect(reader.discovery.instances(NAME)).toHaveLength(2), DEADLINE);
    },
    2 * DEADLINE,
  );

  it(
    'does not hammer an agent that is away',
    async () => {
      const reader = start();
      await eventually(async () => expect(await reader.discovery.discover(NAME)).toEqual([]), DEADLINE);
      await agent.kill();
      const begin = performance.now();
      await eventually(() => expect(reader.metric('watch_errors_total')).toBeGreaterThanOrEqual(4), DEADLINE);
      // The pauses before the second, third and fourth attempt are at least 125, 250 and 500 ms.
      expect(performance.now() - begin).toBeGreaterThan(800);
      await agent.restart();
      await eventually(() => expect(stateOf(reader)).toBe('current'), DEADLINE);
    },
    2 * DEADLINE,
  );

  it(
    'ends in a bounded time when the agent hangs, and says what it could not take back',
    async () => {
      const [replica] = await startReplicas(1);
      await agent.pause();
      const begin = performance.now();
      await replica?.discovery.close();
      expect(performance.now() - begin).toBeLessThan(10_000); // `timeout` is 2 s
      expect(replica?.events.at(-1)).toMatchObject({ type: 'deregister-failed' });
    },
    2 * DEADLINE,
  );
});
