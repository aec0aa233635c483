import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy whose connections can become half-open: nothing comes through any more, while new connections work. */
export async function startDeafProxy({ host, port }: { host: string; port: number }) {
  const sockets: Socket[] = [];
  const proxy = createServer((socket) => {
    const upstream = connect(port, host);
    sockets.push(socket, upstream);
    socket
      .on('error', () => undefined)
      .pipe(upstream.on('error', () => undefined))
      .pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    host: '127.0.0.1',
    port: (proxy.address() as AddressInfo).port,
    deafen: (): void => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: (): void => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
