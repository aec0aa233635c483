import { describe, expect, it } from '@jest/globals';
import { formatAddress, parseAddress } from './server-address.js';

describe('the address of a server', () => {
  it.each([
    ['localhost', 'localhost:11211'],
    ['cache-1.Example.org:11212', 'cache-1.example.org:11212'],
    ['10.0.0.7:1', '10.0.0.7:1'],
    ['[::1]', '[::1]:11211'],
    ['[2001:DB8::7]:65535', '[2001:db8::7]:65535'],
    ['my_host:11211', 'my_host:11211'],
  ])('%p is %p', (text, formatted) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(formatted);
  });

  it('has an IPv6 host without brackets, as sockets take it', () => {
    expect(parseAddress('[::1]:11211')).toEqual({ host: '::1', port: 11_211 });
  });

  it.each([
    '',
    ':11211',
    'host:',
    'host:0',
    'host:65536',
    'host:1x',
    'a b',
    'user:pw@host:1',
    '::1',
    'memcached://h:1',
    '-h',
  ])('is none in %p', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
