import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { invalid, portTaken } from '../errors.js';
import { HOST } from '../process/ports.js';
import { Connection, type TargetAddress } from './connection.js';
import { Faults } from './faults.js';

/** A TCP proxy on 127.0.0.1 that can spoil the network between a client and a server. */
export interface FaultProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Connections that clients have open through it now. */
  readonly connections: number;
  /** Everything the server sends arrives this many milliseconds later; an exchange takes that much longer. */
  latency(ms: number): void;
  /** At most this many bytes a second, in each direction of each connection. */
  throttle(bytesPerSecond: number): void;
  /** Resets all connections and refuses new ones (ECONNREFUSED), as when the server is down. */
  cut(): Promise<void>;
  /**
   * Accepts and keeps connections and swallows all bytes both ways, as when the network drops every packet. The ends
   * of connections are swallowed too.
   */
  halfOpen(): Promise<void>;
  /** Takes back all of the above. Connections that lost bytes are reset; a client would wait on them for ever. */
  heal(): Promise<void>;
  /** Ends the proxy and its connections. */
  close(): Promise<void>;
}

/** Starts a proxy to `target`, such as a started service, on a free port; it has no faults yet. */
export async function startFaultProxy(target: TargetAddress): Promise<FaultProxy> {
  const faults = new Faults().setMaxListeners(0);
  const connections = new Set<Connection>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client: Socket) => {
    const connection = new Connection(client, target, faults, () => connections.delete(connection));
    connections.add(connection);
  });
  const port = await listen(server, 0);

  async function reopen(): Promise<void> {
    if (!server.listening) await listen(server, port);
  }

  async function cut(): Promise<void> {
    if (server.listening) server.close();
    for (const connection of connections) connection.destroy();
  }

  return {
    host: HOST,
    port,
    get connections() {
      return connections.size;
    },
    latency: (ms) => faults.set({ latencyMs: positive('latency', ms, 0) }),
    throttle: (bytesPerSecond) => faults.set({ bytesPerSecond: positive('throttle', bytesPerSecond, 1) }),
    cut,
    async halfOpen() {
      faults.set({ swallows: true });
      await reopen();
    },
    async heal() {
      faults.set({ latencyMs: 0, bytesPerSecond: Infinity, swallows: false });
      for (const connection of connections) connection.destroyIfLossy();
      await reopen();
    },
    close: cut,
  };
}

function positive(what: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw invalid(`${what}(${value}): expected a number of at least ${least}.`, 'heal() takes faults back.');
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (error) {
    throw portTaken('The fault proxy', port, error);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}
