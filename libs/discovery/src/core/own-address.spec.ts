import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { callableHost } from './own-address.js';

const at = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  netmask: '',
  mac: '',
  cidr: null,
  ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
});
const machine = {
  lo: [at('127.0.0.1', true), at('::1', true)],
  eth0: [at('fe80::1'), at('169.254.7.7'), at('2001:db8::7'), at('10.0.0.7')],
};

describe('callableHost', () => {
  it('is the host that the server listens on', () => {
    expect(callableHost('127.0.0.1', machine)).toBe('127.0.0.1');
    expect(callableHost('places.internal', machine)).toBe('places.internal');
  });

  it.each(['0.0.0.0', '::', undefined])('is an address of the machine for %s', (host) => {
    expect(callableHost(host, machine)).toBe('10.0.0.7');
  });

  it('is IPv6 when there is nothing else, and the loopback in the end', () => {
    expect(callableHost('::', { eth0: [at('fe80::1'), at('2001:db8::7')] })).toBe('2001:db8::7');
    expect(callableHost('::', { lo: machine.lo })).toBe('127.0.0.1');
  });
});
