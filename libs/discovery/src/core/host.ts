import { BlockList, isIP } from 'node:net';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
/** Resolvers read a name that ends in a number as an IPv4 address in disguise: 2852039166, 0xa9fea9fe, 169.254.43518. */
const NUMERIC = /^(?:\d+|0x[\da-f]*)$/i;
const LONGEST_NAME = 253;

/**
 * Whether a text is an IP address or a host name (RFC 1123, and underscores). Numbers that only look like a name are
 * none (the WHATWG URL standard's "ends in a number"), nor is an address with a zone (`fe80::1%eth0`).
 */
export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return !text.includes('%');
  return isHostName(text);
}

/** Whether a text is a host name and no address. */
export function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.');
  return (
    text.length <= LONGEST_NAME && labels.every((label) => LABEL.test(label)) && !NUMERIC.test(labels.at(-1) ?? '')
  );
}

/** Addresses that nobody can be called at: unspecified, multicast, broadcast. IPv4 in IPv6 (`::ffff:0.0.0.0`) counts too. */
const UNCALLABLE = blockListOf(['0.0.0.0/8', '224.0.0.0/3', '::/128', 'ff00::/8']);

/** Whether no instance can have this address. */
export function isUncallable(host: string): boolean {
  return isInList(UNCALLABLE, host);
}

/** A list of networks, each an address or `address/prefix`. They must have been checked with {@link isNetwork}. */
export function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const { address, prefix, family } = parseNetwork(network);
    list.addSubnet(address, prefix, family);
  }
  return list;
}

/** Whether an address is in a list; a host name never is. */
export function isInList(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a text is an IP address or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const { address, prefix, family } = parseNetwork(text);
  return isIP(address) !== 0 && !address.includes('%') && prefix >= 0 && prefix <= (family === 'ipv4' ? 32 : 128);
}

function parseNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) return { address, prefix: family === 'ipv4' ? 32 : 128, family };
  return { address, prefix: /^\d{1,3}$/.test(prefix) && more.length === 0 ? Number(prefix) : -1, family };
}

/** `host:port`, with brackets around an IPv6 address. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
