import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFaultProxy, startService, type FaultProxy } from '../src/index.js';
import { redisCommand, until } from './support.js';

describe('a fault proxy', () => {
  let echo: Server;
  let proxy: FaultProxy;
  let clients: Socket[] = [];
  let atServer: Socket[] = [];

  beforeEach(async () => {
    atServer = [];
    echo = createServer((socket) => {
      atServer.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await startFaultProxy({ host: '127.0.0.1', port: portOf(echo) });
  });

  afterEach(async () => {
    for (const socket of clients) socket.destroy();
    clients = [];
    await proxy.close();
    echo.close();
  });

  async function client(): Promise<Socket> {
    const socket = connect(proxy.port, proxy.host);
    clients.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async function say(socket: Socket, text: string): Promise<string> {
    socket.write(text);
    let heard = '';
    while (heard.length < text.length) heard += String((await once(socket, 'data'))[0]);
    return heard;
  }

  const lost = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      let reason = 'closed';
      socket.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? reason));
      socket.on('close', () => resolve(reason));
    });

  it('passes bytes and ends both ways, and counts connections', async () => {
    const socket = await client();
    expect(await say(socket, 'hello')).toBe('hello');
    expect(proxy.connections).toBe(1);
    socket.end('bye');
    expect(String((await once(socket, 'data'))[0])).toBe('bye');
    await once(socket, 'close');
    await until(() => proxy.connections === 0, 'the connection is forgotten');
  });

  it('passes much data whole', async () => {
    const sent = Buffer.alloc(5_000_000, 'abcdefg');
    const socket = await client();
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.end(sent);
    await once(socket, 'end');
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
  });

  it('latency: an answer comes that much later, and bytes stay in order when it changes', async () => {
    const socket = await client();
    proxy.latency(150);
    const before = performance.now();
    const first = say(socket, 'slow');
    expect(await first).toBe('slow');
    expect(performance.now() - before).toBeGreaterThanOrEqual(149);
    let heard = '';
    socket.on('data', (data) => (heard += String(data)));
    proxy.latency(1000);
    socket.write('1');
    await until(() => atServer[0]?.bytesRead === 5, 'the server has it');
    proxy.latency(0);
    socket.write('2');
    await until(() => heard === '12', 'both arrive, in order');
  });

  it('throttle: at most so many bytes a second', async () => {
    const socket = await client();
    proxy.throttle(20_000);
    const before = performance.now();
    await say(socket, 'x'.repeat(8000));
    expect(performance.now() - before).toBeGreaterThanOrEqual(350); // 8000 bytes need 400 ms less one slice
  });

  it('cut: resets connections and refuses new ones until it is healed', async () => {
    const socket = await client();
    await say(socket, 'hello');
    const reason = lost(socket);
    await proxy.cut();
    expect(await reason).toBe('ECONNRESET');
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await until(() => proxy.connections === 0, 'the connection is forgotten');
    await proxy.heal();
    expect(await say(await client(), 'again')).toBe('again');
  });

  it('half-open: keeps connections and accepts new ones, but nothing comes through, not even an end', async () => {
    const old = await client();
    await say(old, 'hello');
    await proxy.halfOpen();
    const fresh = await client();
    const heard: string[] = [];
    for (const socket of [old, fresh]) socket.on('data', (data) => heard.push(String(data)));
    old.write('lost');
    fresh.write('lost');
    atServer[0]?.end('also lost');
    await until(() => atServer.length === 2, 'the fresh connection stands');
    // Bytes on a healthy proxy to the same server make the round trip later than the lost ones would have.
    const healthy = await startFaultProxy({ host: '127.0.0.1', port: portOf(echo) });
    const witness = connect(healthy.port, healthy.host);
    expect(await say(witness, 'there')).toBe('there');
    witness.destroy();
    await healthy.close();
    expect(heard).toEqual([]);
    expect([old.destroyed, old.readableEnded, fresh.destroyed]).toEqual([false, false, false]);

    const reset = Promise.all([lost(old), lost(fresh)]);
    await proxy.heal();
    expect(await reset).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(await say(await client(), 'again')).toBe('again');
  });

  it('heal: connections that lost nothing go on', async () => {
    const socket = await client();
    await say(socket, 'hello');
    await proxy.halfOpen();
    await proxy.heal();
    expect(await say(socket, 'still here')).toBe('still here');
  });

  it('passes on that the server is down', async () => {
    echo.close();
    const socket = connect(proxy.port, proxy.host);
    expect(await lost(socket)).toBe('ECONNRESET');
  });

  it('takes a started service for its target', async () => {
    const redis = await startService('redis');
    const toRedis = await startFaultProxy(redis);
    try {
      expect(await redisCommand(toRedis.port, 'PING')).toBe('+PONG\r\n');
    } finally {
      await toRedis.close();
      await redis.stop();
    }
  });

  it('refuses faults that make no sense', () => {
    expect(() => proxy.latency(-1)).toThrow('latency(-1): expected a number of at least 0');
    expect(() => proxy.throttle(0)).toThrow('throttle(0): expected a number of at least 1');
  });
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
