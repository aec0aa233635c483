import { callable } from '@envol/common';
import { z } from 'zod';
import { blockListOf, isHostName, isInList, isNetwork, isUncallable } from './host.js';

/**
 * Which addresses of a registry may be listed: networks (`'10.0.0.0/8'`, `'2001:db8::1'`) and host names
 * (`'places.internal'`, `'*.internal'`), or a function that decides.
 */
export type AllowOption = readonly string[] | ((address: { readonly host: string; readonly port: number }) => boolean);

/** Says why an address may not be listed; `undefined` when it may. */
export type AddressRules = (address: { readonly host: string; readonly port: number }) => string | undefined;

/**
 * Link-local addresses (RFC 3927, RFC 4291), where clouds serve credentials of the machine; also as NAT64 (RFC 6052) and
 * in the old IPv4-compatible form of IPv6. `BlockList` looks into IPv4-mapped ones by itself.
 */
const LINK_LOCAL_NETWORKS = ['169.254.0.0/16', 'fe80::/10', '64:ff9b::a9fe:0/112', '::a9fe:0/112'];
const LINK_LOCAL = blockListOf(LINK_LOCAL_NETWORKS);

export const allowSchema = z.union(
  [
    z.array(z.string().refine(isEntry, 'expected a network such as 10.0.0.0/8, or a host name, or *.domain')),
    callable<Extract<AllowOption, (...args: never[]) => unknown>>(),
  ],
  'expected a list of networks and host names, or a function',
);

/** Makes the rules of an `allow` option. Without one, all but link-local addresses may be listed. */
export function addressRules(allow?: AllowOption): AddressRules {
  const decide = allow === undefined ? byDefault : typeof allow === 'function' ? byFunction(allow) : byList(allow);
  return (address) => (isUncallable(address.host) ? 'nobody can be called at this address' : decide(address));
}

function byDefault({ host }: { readonly host: string }): string | undefined {
  return isInList(LINK_LOCAL, host) ? 'link-local addresses are refused unless `allow` names them' : undefined;
}

function byFunction(allow: Extract<AllowOption, (...args: never[]) => unknown>): AddressRules {
  return ({ host, port }) => {
    try {
      const verdict: unknown = allow({ host, port }); // a promise is no permission
      return verdict === true ? undefined : 'the function in `allow` refused it';
    } catch {
      return 'the function in `allow` threw';
    }
  };
}

/** A wide network (0.0.0.0/0) does not let link-local addresses in; only one within their range does. */
function byList(entries: readonly string[]): AddressRules {
  const networks = entries.filter((entry) => isNetwork(entry));
  const linkLocal = blockListOf(networks.filter((network) => isLinkLocal(network)));
  const others = blockListOf(networks.filter((network) => !isLinkLocal(network)));
  const names = entries.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase());
  return (address) => {
    const { host } = address;
    if (isInList(linkLocal, host) || names.some((name) => matches(name, host.toLowerCase()))) return undefined;
    if (!isInList(others, host)) return '`allow` does not name it';
    return byDefault(address);
  };
}

function isLinkLocal(network: string): boolean {
  return isInList(LINK_LOCAL, network.split('/')[0] ?? '');
}

function isEntry(entry: string): boolean {
  return isNetwork(entry) || isHostName(entry.replace(/^\*\./, ''));
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
