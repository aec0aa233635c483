import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startService, type ConsulService } from '../src/index.js';
import { agentConfig } from '../src/consul/agent-config.js';
import { probe } from '../src/consul/client.js';
import { family, folderOf, isAlive, processState, until } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

const environment = { ...process.env };
const running: ConsulService[] = [];
const keep = (service: ConsulService): ConsulService => (running.push(service), service);

afterEach(async () => {
  process.env = { ...environment };
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

function ask(consul: ConsulService, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${consul.url}/v1/${path}`, init);
}

async function read(consul: ConsulService, path: string): Promise<unknown> {
  return (await ask(consul, path)).json();
}

async function register(consul: ConsulService, name: string): Promise<void> {
  const answer = await ask(consul, 'agent/service/register', { method: 'PUT', body: JSON.stringify({ Name: name }) });
  expect(answer.status).toBe(200);
}

describe('consul', () => {
  it('has a leader, and a catalog with its own node alone, when it is started', async () => {
    const [one, two] = await Promise.all([startService('consul'), startService('consul')]);
    for (const consul of [keep(one), keep(two)]) {
      expect(consul).toMatchObject({ name: 'consul', host: '127.0.0.1', url: `http://127.0.0.1:${consul.port}` });
      expect(await read(consul, 'status/leader')).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(await read(consul, 'catalog/nodes')).toHaveLength(1);
      expect(await read(consul, 'health/state/any')).toMatchObject([{ CheckID: 'serfHealth', Status: 'passing' }]);
    }
    await register(one, 'only-here');
    expect(await read(one, 'catalog/services')).toEqual({ consul: [], 'only-here': [] });
    expect(await read(two, 'catalog/services')).toEqual({ consul: [] });
  });

  it('leaves no process and no folder after stop(), also when it is paused', async () => {
    const consul = await startService('consul');
    const [folder, processes] = [folderOf(consul.pid), family(consul.pid)];
    expect(existsSync(folder)).toBe(true);
    await consul.pause();
    await consul.stop();
    expect(existsSync(folder)).toBe(false);
    expect(processes.filter(isAlive)).toEqual([]);
  });

  it('hangs its clients while paused and answers them after resume()', async () => {
    const consul = keep(await startService('consul'));
    await consul.pause();
    let answer: unknown;
    const asked = read(consul, 'status/leader').then((leader) => (answer = leader));
    await until(() => processState(consul.pid).startsWith('T'), 'consul is frozen');
    expect(answer).toBeUndefined();
    await consul.resume();
    expect(await asked).toMatch(/^127\.0\.0\.1:/);
  });

  it('comes back on its port after kill(), without what it knew', async () => {
    const consul = keep(await startService('consul'));
    const { port, pid } = consul;
    await register(consul, 'lost');
    await consul.kill();
    expect(isAlive(pid)).toBe(false);
    await expect(read(consul, 'status/leader')).rejects.toThrow('fetch failed');
    await consul.restart();
    expect(consul.port).toBe(port);
    expect(await read(consul, 'catalog/services')).toEqual({ consul: [] });
  });

  it('with acl denies what comes without the token and allows all that comes with it, also after restart()', async () => {
    const consul = keep(await startService('consul', { acl: { token: 'secret' } }));
    const headers = { 'X-Consul-Token': 'secret' };
    for (const start of ['first', 'second']) {
      expect({ start, status: (await ask(consul, 'agent/self')).status }).toEqual({ start, status: 403 });
      expect(await read(consul, 'catalog/nodes')).toEqual([]); // how Consul hides
      expect(await (await ask(consul, 'catalog/nodes', { headers })).json()).toHaveLength(1);
      expect((await ask(consul, 'acl/tokens', { headers })).status).toBe(200);
      await consul.restart();
    }
  });

  it('serves more connections from one address than the 200 of its default', async () => {
    const consul = keep(await startService('consul'));
    const sockets: Socket[] = [];
    const open = async (): Promise<Socket> => {
      const socket = connect(consul.port, consul.host);
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    };
    for (let count = 0; count < 250; count++) await open();
    const last = await open();
    last.write('GET /v1/status/leader HTTP/1.1\r\nHost: consul\r\n\r\n');
    expect(String((await once(last, 'data'))[0])).toContain('200 OK');
    for (const socket of sockets) socket.destroy();
  });

  it('is not taken for ready when another one answers on its port', async () => {
    const consul = keep(await startService('consul'));
    await expect(probe(consul.port, 'node-of-another', undefined)).rejects.toThrow('another Consul answers');
  });

  it('keeps nothing, so it takes no dataDir', async () => {
    const options = { port: undefined, dataDir: '/tmp/data' };
    await expect(startService('consul', options)).rejects.toThrow('"dataDir" is not an option');
  });

  it('names a program that is no Consul', async () => {
    process.env['ENVOL_CONSUL'] = process.execPath;
    await expect(startService('consul')).rejects.toThrow(`consul (${process.execPath}) does not run here.`);
  });
});

describe('the settings of a Consul agent', () => {
  it('close the port for gRPC over TLS where there is one: it is the same for every agent by default', () => {
    expect(agentConfig('node', undefined, { major: 1, minor: 8 })).not.toHaveProperty('ports.grpc_tls');
    expect(agentConfig('node', undefined, { major: 1, minor: 14 })).toHaveProperty('ports.grpc_tls', -1);
    expect(agentConfig('node', undefined, { major: 2, minor: 0 })).toHaveProperty('ports.grpc_tls', -1);
  });

  it('name the first token as the version does', () => {
    const tokens = (minor: number): unknown => agentConfig('node', 'secret', { major: 1, minor });
    expect(tokens(10)).toHaveProperty('acl.tokens', { master: 'secret', agent: 'secret' });
    expect(tokens(11)).toHaveProperty('acl.tokens', { initial_management: 'secret', agent: 'secret' });
  });
});
