import { describe, expect, it } from '@jest/globals';
import { addressOf, isHost } from './host.js';

describe('isHost', () => {
  it.each([
    '10.0.0.1',
    '::1',
    '2001:db8::1',
    'localhost',
    'a.b-c.example',
    'my_service',
    'example.com.',
    '3com.example',
    'xn--bcher-kva.example',
  ])('takes %s', (host) => expect(isHost(host)).toBe(true));

  it.each([
    '',
    '.',
    'a..b',
    '-a',
    'a b',
    'a/b',
    'a:80',
    'user@host',
    '[::1]',
    'fe80::1%eth0',
    'ä.example',
    'a\nb',
    `${'a'.repeat(64)}.b`,
    'a.'.repeat(127),
  ])('does not take %j', (host) => expect(isHost(host)).toBe(false));

  it.each(['2852039166', '0xa9fea9fe', '169.254.43518', '0251.0376.0251.0376', '127.1', '0x7f.1', '10.0.0.256'])(
    'does not take %s, which resolvers read as an address in disguise',
    (host) => expect(isHost(host)).toBe(false),
  );
});

describe('addressOf', () => {
  it('puts brackets around IPv6', () => {
    expect(addressOf({ host: '10.0.0.1', port: 80 })).toBe('10.0.0.1:80');
    expect(addressOf({ host: '::1', port: 80 })).toBe('[::1]:80');
  });
});
