import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { startService, type Service } from '../src/index.js';
import { freePort } from '../src/process/ports.js';
import { probe } from '../src/redis/client.js';
import { family, isAlive, processState, redisCommand, sql, until } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

const running: Service[] = [];
const keep = <S extends Service>(service: S): S => (running.push(service), service);

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

describe('redis', () => {
  it('answers when started, on a free loopback port', async () => {
    const redis = keep(await startService('redis'));
    expect(redis).toMatchObject({ name: 'redis', host: '127.0.0.1', url: `redis://127.0.0.1:${redis.port}` });
    expect(await redisCommand(redis.port, 'PING')).toBe('+PONG\r\n');
  });

  it('leaves no process and no folder after stop(), and stopping twice is fine', async () => {
    const redis = await startService('redis');
    const folder = /\n(\/[^\r]+)/.exec(await redisCommand(redis.port, 'CONFIG GET dir'))?.[1] ?? '';
    const processes = family(redis.pid);
    expect(existsSync(folder)).toBe(true);
    expect(processes).toHaveLength(2);
    await redis.stop();
    await redis.stop();
    expect(existsSync(folder)).toBe(false);
    expect(processes.filter(isAlive)).toEqual([]);
  });

  it('hangs its clients while paused and answers them after resume()', async () => {
    const redis = keep(await startService('redis'));
    await redis.pause();
    let answer: string | undefined;
    const asked = redisCommand(redis.port, 'PING').then((text) => (answer = text));
    await until(() => processState(redis.pid).startsWith('T'), 'redis is frozen');
    expect(answer).toBeUndefined();
    await redis.resume();
    expect(await asked).toBe('+PONG\r\n');
  });

  it('comes back on its port after kill() and after a crash of its own', async () => {
    const redis = keep(await startService('redis'));
    const { port, pid } = redis;
    await redis.kill();
    expect(isAlive(pid)).toBe(false);
    await expect(redisCommand(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    process.kill(redis.pid, 'SIGKILL');
    await until(() => !isAlive(redis.pid), 'redis has crashed');
    await redis.restart();
    expect(await redisCommand(port, 'PING')).toBe('+PONG\r\n');
  });

  it('is not taken for ready when another one answers on its port', async () => {
    const { port, pid } = keep(await startService('redis'));
    await expect(probe(port, pid + 1)).rejects.toThrow('another Redis answers');
  });

  it('does not outlive its supervisor', async () => {
    const redis = await startService('redis');
    const [supervisor = 0] = family(redis.pid);
    process.kill(supervisor, 'SIGKILL');
    await until(() => !isAlive(redis.pid), 'redis has ended');
    await expect(redis.restart()).rejects.toMatchObject({ code: 'ENVOL_SERVICES_SUPERVISOR' });
  });

  it('says what cannot be done in its state', async () => {
    const redis = keep(await startService('redis'));
    await expect(redis.resume()).rejects.toThrow('Cannot resume redis: it is not paused.');
    await redis.kill();
    await expect(redis.pause()).rejects.toThrow('Cannot pause redis: it is dead.');
    await redis.stop();
    await expect(redis.restart()).rejects.toMatchObject({ code: 'ENVOL_SERVICES_NOT_RUNNING' });
  });
});

describe('postgres', () => {
  it('creates the databases asked for and applies settings', async () => {
    const postgres = keep(
      await startService('postgres', { databases: ['one', 'Two "2"'], settings: { work_mem: '7MB' } }),
    );
    expect(await sql(postgres.databaseUrl('Two "2"'), 'SELECT current_database()')).toEqual(['Two "2"']);
    expect(await sql(postgres.databaseUrl('one'), 'SHOW work_mem')).toEqual(['7MB']);
    expect(await sql(postgres.url, `SELECT upper('é')`)).toEqual(['É']);
  });

  it('leaves no process and no folder after stop(), also of a paused server', async () => {
    const postgres = await startService('postgres');
    const [folder] = await sql(postgres.url, 'SHOW data_directory');
    const processes = family(postgres.pid);
    expect(processes.length).toBeGreaterThan(4);
    await postgres.pause();
    await postgres.stop();
    expect(existsSync(dirname(String(folder)))).toBe(false);
    expect(processes.filter(isAlive)).toEqual([]);
  });

  it('keeps what was committed over kill() and restart()', async () => {
    const postgres = keep(await startService('postgres'));
    const { port } = postgres;
    await sql(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const processes = family(postgres.pid).slice(1);
    await postgres.kill();
    expect(processes.filter(isAlive)).toEqual([]);
    await postgres.restart();
    expect(postgres.port).toBe(port);
    expect(await sql(postgres.url, 'SELECT answer FROM kept')).toEqual([42]);
    await postgres.restart();
    expect(await sql(postgres.url, 'SELECT answer FROM kept')).toEqual([42]);
  });

  it('freezes its backends too while paused, and they go on after resume()', async () => {
    const postgres = keep(await startService('postgres'));
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const backend = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
    await postgres.pause();
    let answered = false;
    const asked = client.query('SELECT 1').then(() => (answered = true));
    await until(() => processState(backend).startsWith('T'), 'the backend is frozen');
    expect(answered).toBe(false);
    await postgres.resume();
    await asked;
    await client.end();
  });

  it('runs from the system binaries when asked to', async () => {
    const postgres = keep(await startService('postgres', { binaries: 'system' }));
    const [version] = await sql(postgres.url, 'SHOW server_version');
    expect(version).toMatch(/^\d+/);
  });
});

describe('a given port', () => {
  let other: Server | undefined;
  afterEach(() => void other?.close());

  it('is used', async () => {
    const port = await freePort();
    const redis = keep(await startService('redis', { port }));
    expect(redis.port).toBe(port);
  });

  it.each(['redis', 'postgres', 'consul', 'memcached'] as const)(
    'that is taken is an error that names it (%s)',
    async (name) => {
      other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      await expect(startService(name, { port })).rejects.toMatchObject({
        code: 'ENVOL_SERVICES_PORT_TAKEN',
        message: expect.stringContaining(`127.0.0.1:${port}`),
      });
    },
  );
});

it('refuses options that it does not know', async () => {
  const options = { databases: ['a'], databses: ['b'] };
  await expect(startService('postgres', options)).rejects.toThrow(
    '"databses" is not an option, did you mean "databases"?',
  );
});
