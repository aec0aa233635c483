import { networkInterfaces } from 'node:os';
import { isUncallable } from './host.js';

/**
 * The host under which others can call a server that listens on `host`. A server that listens on every interface
 * (`0.0.0.0`, `::`) has as many as the machine; taken is the first IPv4 address that is neither internal nor link-local,
 * else such an IPv6 address, else the loopback.
 */
export function callableHost(host: string | undefined, interfaces = networkInterfaces()): string {
  if (host !== undefined && !isUncallable(host)) return host;
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !/^(?:169\.254\.|fe[89ab])/i.test(address));
  const found = addresses.find(({ family }) => family === 'IPv4') ?? addresses[0];
  return found?.address ?? '127.0.0.1';
}
