import { createServer } from 'node:net';
import { freePort } from '@envol/services';

/**
 * Makes sure that nobody listens on `port` of `host`.
 *
 * @throws what listening throws, such as EADDRINUSE
 */
export function checkPort(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/** As many different free ports of this machine. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
