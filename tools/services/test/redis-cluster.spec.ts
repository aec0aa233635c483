import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startService, type RedisClusterService } from '../src/index.js';
import { descendants, family, folderOf, isAlive, processState, redisCommand, until } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

/** One key in the slots of each node: 5061, 7365 and 12182. */
const KEYS = ['bar', 'c', 'foo'] as const;

describe('redis-cluster', () => {
  let cluster: RedisClusterService;

  beforeEach(async () => {
    cluster = await startService('redis-cluster');
  });
  afterEach(() => cluster.stop());

  const portOf = (index: number): number => cluster.nodes[index]?.port ?? 0;
  const pidOf = (index: number): number => cluster.nodes[index]?.pid ?? 0;
  const setOn = (index: number): Promise<string> => redisCommand(portOf(index), `SET ${KEYS[index]} value`);

  it('is three masters that share the slots and know each other', async () => {
    expect(cluster).toMatchObject({ name: 'redis-cluster', host: '127.0.0.1', port: portOf(0), pid: pidOf(0) });
    expect(cluster.urls).toEqual([0, 1, 2].map((index) => `redis://127.0.0.1:${portOf(index)}`));
    expect(cluster.url).toBe(cluster.urls[0]);
    for (const index of [0, 1, 2]) {
      expect(await setOn(index)).toBe('+OK\r\n');
      const other = await redisCommand(portOf((index + 1) % 3), `GET ${KEYS[index]}`);
      expect(other).toMatch(new RegExp(`^-MOVED \\d+ 127\\.0\\.0\\.1:${portOf(index)}\r\n`));
      const info = await redisCommand(portOf(index), 'CLUSTER INFO');
      expect(info).toContain('cluster_slots_ok:16384\r\n');
      expect(info).toContain('cluster_known_nodes:3\r\n');
    }
  });

  it('leaves no process and no folder after stop(), whatever its nodes do', async () => {
    await expect(cluster.killNode(3)).rejects.toThrow('There is no node 3.');
    const pids = cluster.nodes.map(({ pid }) => pid);
    const [folders, processes] = [pids.map(folderOf), pids.flatMap(family)];
    expect(processes).toHaveLength(6);
    await cluster.pauseNode(1);
    await cluster.killNode(2);
    await cluster.stop();
    await cluster.stop();
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect(processes.filter(isAlive)).toEqual([]);
    await expect(cluster.pause()).rejects.toThrow('Cannot pause redis-cluster: it is stopped.');
  });

  it('goes on without a node that was killed, and takes it back on its port, empty', async () => {
    await setOn(1);
    const [port, pid] = [portOf(1), pidOf(1)];
    await cluster.killNode(1);
    expect(isAlive(pid)).toBe(false);
    await expect(redisCommand(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    // Also once the others hold it for failed.
    await until(async () => (await redisCommand(portOf(0), 'CLUSTER NODES')).includes('fail '), 'it is given up');
    expect(await setOn(0)).toBe('+OK\r\n');
    expect(await setOn(2)).toBe('+OK\r\n');

    await cluster.restartNode(1);
    expect(portOf(1)).toBe(port);
    expect(await redisCommand(port, `GET ${KEYS[1]}`)).toBe('$-1\r\n');
    expect(await setOn(1)).toBe('+OK\r\n');
    expect(await redisCommand(portOf(0), 'CLUSTER NODES')).not.toContain('fail');
    expect(await redisCommand(portOf(0), `GET ${KEYS[1]}`)).toContain(`127.0.0.1:${port}`);
  });

  it('freezes one node alone', async () => {
    await cluster.pauseNode(2);
    let answer: string | undefined;
    const asked = redisCommand(portOf(2), 'PING').then((text) => (answer = text));
    await until(() => processState(pidOf(2)).startsWith('T'), 'the node is frozen');
    expect(await redisCommand(portOf(0), 'PING')).toBe('+PONG\r\n');
    expect(answer).toBeUndefined();
    await cluster.resumeNode(2);
    expect(await asked).toBe('+PONG\r\n');
  });

  it('is killed, paused and started again as a whole', async () => {
    const ports = cluster.nodes.map(({ port }) => port);
    await cluster.kill();
    for (const port of ports) await expect(redisCommand(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    await expect(cluster.pause()).rejects.toThrow('Cannot pause redis-cluster: it is not running.');
    await cluster.restart();
    expect(cluster.nodes.map(({ port }) => port)).toEqual(ports);
    for (const index of [0, 1, 2]) expect(await setOn(index)).toBe('+OK\r\n');

    await expect(cluster.resume()).rejects.toThrow('Cannot resume redis-cluster: it is not paused.');
    await cluster.pauseNode(0); // what is frozen already is no obstacle
    await cluster.pause();
    for (const { pid } of cluster.nodes) expect(processState(pid)).toMatch(/^T/);
    await cluster.resume();
    for (const port of ports) expect(await redisCommand(port, 'PING')).toBe('+PONG\r\n');
  });

  it('does not wait for what two nodes of three cannot give: a node alone serves nothing', async () => {
    await cluster.kill();
    await cluster.restartNode(0);
    expect(await redisCommand(portOf(0), 'PING')).toBe('+PONG\r\n');
    await cluster.restartNode(1);
    expect(await setOn(0)).toBe('+OK\r\n');
  });
});

describe('a redis-cluster that cannot be started', () => {
  const environment = { ...process.env };
  let temporary = '';

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'envol-test-'));
  });
  afterEach(() => {
    process.env = { ...environment };
    rmSync(temporary, { recursive: true, force: true });
  });

  it('because the port of its first node is taken leaves no other nodes', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(startService('redis-cluster', { port })).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_PORT_TAKEN',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    other.close();
    expect(descendants(process.pid).filter(isAlive)).toEqual([]);
  });

  it('because its Redis is too old says which one it needs', async () => {
    const old = join(temporary, 'redis-server');
    writeFileSync(old, '#!/bin/sh\necho "Redis server v=6.0.16 sha=0"\n', { mode: 0o755 });
    process.env['ENVOL_REDIS_SERVER'] = old;
    await expect(startService('redis-cluster')).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_UNSUPPORTED',
      message: `redis-cluster needs Redis 7, and ${old} is "Redis server v=6.0.16 sha=0".`,
    });
  });
});
