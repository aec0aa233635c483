import { createServer } from 'node:net';

/**
 * Finds out whether nobody listens on `port` of `host`; with port 0 any free one.
 *
 * @throws what listening throws, such as EADDRINUSE
 */
export function checkPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}

/** As many different free ports of this machine. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await checkPort(0, '127.0.0.1'));
  return [...ports];
}
