import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startService, type MemcachedService } from '../src/index.js';
import { probe } from '../src/memcached/client.js';
import { family, folderOf, isAlive, processState, say, until } from './support.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

const running: MemcachedService[] = [];
const keep = (service: MemcachedService): MemcachedService => (running.push(service), service);

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

describe('memcached', () => {
  it('answers when started, on a free loopback port', async () => {
    const memcached = keep(await startService('memcached'));
    const { port } = memcached;
    expect(memcached).toMatchObject({ name: 'memcached', host: '127.0.0.1', url: `memcached://127.0.0.1:${port}` });
    expect(await say(port, 'set key 0 0 5\r\nvalue\r\n')).toBe('STORED\r\n');
    expect(await say(port, 'get key\r\n')).toBe('VALUE key 0 5\r\nvalue\r\nEND\r\n');
  });

  it('leaves no process and no folder after stop(), also when it is paused', async () => {
    const memcached = await startService('memcached', { sasl: { username: 'user', password: 'word' } });
    const [folder, processes] = [folderOf(memcached.pid), family(memcached.pid)];
    expect(existsSync(folder)).toBe(true);
    await memcached.pause();
    await memcached.stop();
    expect(existsSync(folder)).toBe(false);
    expect(processes.filter(isAlive)).toEqual([]);
  });

  it('hangs its clients while paused and answers them after resume()', async () => {
    const memcached = keep(await startService('memcached'));
    await memcached.pause();
    let answer: string | undefined;
    const asked = say(memcached.port, 'version\r\n').then((text) => (answer = text));
    await until(() => processState(memcached.pid).startsWith('T'), 'memcached is frozen');
    expect(answer).toBeUndefined();
    await memcached.resume();
    expect(await asked).toMatch(/^VERSION /);
  });

  it('comes back on its port after kill(), empty', async () => {
    const memcached = keep(await startService('memcached'));
    const { port, pid } = memcached;
    await say(port, 'set key 0 0 5\r\nvalue\r\n');
    await memcached.kill();
    expect(isAlive(pid)).toBe(false);
    await expect(say(port, 'version\r\n')).rejects.toThrow('ECONNREFUSED');
    await memcached.restart();
    expect(memcached.port).toBe(port);
    expect(await say(port, 'get key\r\n')).toBe('END\r\n');
  });

  it('is not taken for ready when another one answers on its port', async () => {
    const { port, pid } = keep(await startService('memcached'));
    await expect(probe(port, pid + 1, undefined)).rejects.toThrow('another memcached answers');
  });

  it('keeps nothing, so it takes no dataDir', async () => {
    const options = { port: undefined, dataDir: '/tmp/data' };
    await expect(startService('memcached', options)).rejects.toThrow('"dataDir" is not an option');
  });
});

describe('memcached with SASL', () => {
  it('serves who knows the account, and nobody else, also after restart()', async () => {
    const sasl = { username: 'us@er', password: 'p: ä/' };
    const memcached = keep(await startService('memcached', { sasl }));
    const { port } = memcached;
    expect(memcached.url).toBe(`memcached://us%40er:p%3A%20%C3%A4%2F@127.0.0.1:${port}`);
    for (const start of ['first', 'second']) {
      expect({ start, answer: await say(port, plain('us@er', 'p: ä/')) }).toEqual({
        start,
        answer: expect.stringContaining('Authenticated'),
      });
      expect(await say(port, plain('us@er', 'p: a/'))).toContain('Auth failure');
      expect(await say(port, plain('other', 'p: ä/'))).toContain('Auth failure');
      expect(await say(port, GET_KEY)).toContain('Auth failure');
      expect(await say(port, 'version\r\n'.repeat(3))).toBe(''); // and closes the connection
      await memcached.restart();
    }
  });

  it('is not taken for ready when another one answers on its port', async () => {
    const sasl = { username: 'user', password: 'word' };
    const { port, pid } = keep(await startService('memcached', { sasl }));
    await expect(probe(port, pid + 1, sasl)).rejects.toThrow('another memcached answers');
    await expect(probe(port, pid, { ...sasl, password: 'other' })).rejects.toThrow(/^SASL PLAIN was answered with/);
  });

  it('takes names and passwords that look like options', async () => {
    const memcached = keep(await startService('memcached', { sasl: { username: '-f x', password: '-d' } }));
    expect(await say(memcached.port, plain('-f x', '-d'))).toContain('Authenticated');
  });

  it.each([
    ['an empty name', { username: '', password: 'word' }],
    ['a line end in the password', { username: 'user', password: 'word\n' }],
    ['a NUL in the name', { username: 'us\0er', password: 'word' }],
  ])('refuses %s', async (_, sasl) => {
    await expect(startService('memcached', { sasl })).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_INVALID_OPTIONS',
      message: expect.stringMatching(/sasl\.(username|password): expected text, not empty, without NUL and line ends/),
    });
  });
});

/** A packet of memcached's binary protocol: authenticate with SASL PLAIN. */
function plain(username: string, password: string): Buffer {
  return packet(0x21, 'PLAIN', `\0${username}\0${password}`);
}

const GET_KEY = packet(0x00, 'key', '');

function packet(operation: number, key: string, value: string): Buffer {
  const body = Buffer.from(key + value);
  const header = Buffer.from([0x80, operation, 0, key.length, ...Array.from({ length: 20 }, () => 0)]);
  header.writeUInt32BE(body.length, 8);
  return Buffer.concat([header, body]);
}
