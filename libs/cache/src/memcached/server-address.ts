/** Where a memcached is. */
export interface ServerAddress {
  /** Host name or address, an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 11_211;
const ADDRESS = /^(?:\[([\da-f:.]+)\]|([a-z\d](?:[a-z\d._-]*[a-z\d])?))(?::(\d{1,5}))?$/i;

/** Reads `host`, `host:port` or `[IPv6]:port`; `undefined` for what is none of them. The port is 11211 if not given. */
export function parseAddress(text: string): ServerAddress | undefined {
  const [, ipv6, name, digits] = ADDRESS.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host: host.toLowerCase(), port };
}

/** The one text for an address, whatever way it was given. */
export function formatAddress({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
