import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressRules, allowSchema } from './address-rules.js';

const accepts = (rules: ReturnType<typeof addressRules>, host: string) => rules({ host, port: 80 }) === undefined;

const LINK_LOCAL = [
  '169.254.169.254',
  '169.254.0.0',
  'fe80::1',
  'febf:ffff::1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '::169.254.169.254',
];
const UNCALLABLE = [
  '0.0.0.0',
  '0.1.2.3',
  '::',
  '0:0:0:0:0:0:0:0',
  '::ffff:0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  'ff02::1',
];

describe('addressRules', () => {
  it('lists private, public and loopback addresses and host names by default', () => {
    const rules = addressRules();
    for (const host of ['10.0.0.1', '127.0.0.1', '8.8.8.8', '::1', '2001:db8::1', 'places.internal', 'localhost']) {
      expect([host, rules({ host, port: 80 })]).toEqual([host, undefined]);
    }
  });

  it.each([...LINK_LOCAL, ...UNCALLABLE])('refuses %s by default', (host) => {
    expect(addressRules()({ host, port: 80 })).toEqual(expect.any(String));
  });

  it('refuses every link-local IPv4 address in every form that holds one', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.constantFrom('', '::ffff:', '64:ff9b::', '::'), (c, d, prefix) => {
        expect(accepts(addressRules(), `${prefix}169.254.${c}.${d}`)).toBe(false);
      }),
    );
  });

  it('lists only what a list names', () => {
    const rules = addressRules(['10.0.0.0/8', '2001:db8::/32', '192.168.1.7', 'places.internal', '*.svc.local']);
    for (const host of [
      '10.255.0.1',
      '2001:db8:1::1',
      '192.168.1.7',
      'PLACES.internal',
      'a.b.svc.local',
      '::ffff:10.0.0.1',
    ]) {
      expect([host, accepts(rules, host)]).toEqual([host, true]);
    }
    for (const host of ['11.0.0.1', '2001:db9::1', '192.168.1.8', 'evil.internal', 'svc.local', 'evilsvc.local']) {
      expect([host, accepts(rules, host)]).toEqual([host, false]);
    }
  });

  it.each(LINK_LOCAL)('does not let %s in with a network that is wide, only with one that is meant', (host) => {
    expect(accepts(addressRules(['0.0.0.0/0', '::/0']), host)).toBe(false);
    expect(accepts(addressRules(['169.254.0.0/16', 'fe80::/10', '64:ff9b::a9fe:0/112', '::a9fe:0/112']), host)).toBe(
      true,
    );
  });

  it('lets a function decide, but not over addresses that nobody can be called at', () => {
    const rules = addressRules(({ host, port }) => port === 80 && host !== '10.0.0.9');
    expect(accepts(rules, '169.254.1.1')).toBe(true);
    expect(accepts(rules, '10.0.0.9')).toBe(false);
    expect(accepts(rules, '0.0.0.0')).toBe(false);
  });

  it('takes a function that throws, or that returns a promise, for a refusal', () => {
    const throwing = addressRules(() => {
      throw new Error('no');
    });
    const asynchronous = addressRules((async () => false) as never);
    expect(accepts(throwing, '10.0.0.1')).toBe(false);
    expect(accepts(asynchronous, '10.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '2001::/129', 'fe80::1%eth0', 'a b', '*', '10.0.0', ''])(
    'does not take %j for an entry of the list',
    (entry) => {
      expect(allowSchema.safeParse([entry]).success).toBe(false);
    },
  );
});
