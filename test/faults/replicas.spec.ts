import { eventually } from '@envol/common/testing';
import { startFaultProxy, type FaultProxy } from '@envol/services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { median, Readers } from './readers.js';
import { startRealAtlas, type RealAtlas } from './real-atlas.js';

let real: RealAtlas;

beforeAll(async () => {
  real = await startRealAtlas();
}, 150_000);

afterAll(() => real.close(), 60_000);

interface Place {
  readonly host: string;
  readonly port: number;
  readonly requests: number;
}

async function places(): Promise<readonly Place[]> {
  return (await real.atlas.management<{ places: readonly Place[] }>('/describe')).places;
}

async function requestsTo(port: number): Promise<number> {
  return (await places()).find((place) => place.port === port)?.requests ?? NaN;
}

describe('a replica killed with SIGKILL', () => {
  it('while 50 callers read costs no read, and takes calls again when it is back', async () => {
    const [name, pid] = [...real.atlas.pids].find(([process]) => process.startsWith('places:')) ?? ['', 0];
    const port = Number(name.split(':')[1]);
    const readers = new Readers(real.atlas, 50);
    await readers.reads(200);
    process.kill(pid, 'SIGKILL');
    await readers.reads(200);
    await eventually(() => real.atlas.pids.get(name) !== pid, 30_000);
    const before = await requestsTo(port);
    await eventually(async () => (await requestsTo(port)) > before + 5, 30_000);
    expect(await readers.stop()).toEqual([]);
  }, 120_000);
});

describe('a replica that is slow', () => {
  it('by 20 times and more gets few of the calls, so that reads stay as fast as they were', async () => {
    const [target] = await places();
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: target?.port ?? 0 });
    const readers = new Readers(real.atlas, 4);
    try {
      await register(proxy);
      await eventually(async () => expect(await requestsTo(proxy.port)).toBeGreaterThan(20), 60_000);
      const usual = median(await readers.reads(300));
      proxy.latency(Math.max(100, 20 * usual));
      await readers.reads(300);

      const [before, all] = [await requestsTo(proxy.port), await total()];
      const after = median(await readers.reads(2_000));
      const share = ((await requestsTo(proxy.port)) - before) / ((await total()) - all);
      expect(share).toBeLessThan(0.05);
      expect(after).toBeLessThan(5 * usual);
    } finally {
      expect(await readers.stop()).toEqual([]);
      await deregister(proxy);
      await proxy.close();
    }
  }, 120_000);
});

async function total(): Promise<number> {
  return (await places()).reduce((sum, { requests }) => sum + requests, 0);
}

/** One more instance of the service: a way to a replica that can be made slow. */
async function register({ host, port }: FaultProxy): Promise<void> {
  await consul('register', { ID: `slow-${port}`, Name: 'places', Address: host, Port: port });
}

async function deregister({ port }: FaultProxy): Promise<void> {
  await consul(`deregister/slow-${port}`);
}

async function consul(path: string, body?: object): Promise<void> {
  const url = `${real.servers.consul.url}/v1/agent/service/${path}`;
  const { ok, status } = await fetch(url, { method: 'PUT', ...(body && { body: JSON.stringify(body) }) });
  if (!ok) throw new Error(`Consul answered ${status}`);
}
