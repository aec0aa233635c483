import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rendezvous } from './rendezvous.js';

const over = (names: readonly string[]) => new Rendezvous(new Map(names.map((name) => [name, name])));
const names = fc.uniqueArray(fc.domain(), { minLength: 2, maxLength: 12 });
const KEYS = Array.from({ length: 20_000 }, (_, index) => `city:${index}`);

/** How far the share of any server is from a fair one: 0.1 is a tenth more or less. */
function unevenness(keys: readonly string[], servers: readonly string[]): number {
  const rendezvous = over(servers);
  const counts = new Map(servers.map((server) => [server, 0]));
  for (const server of keys.map((key) => rendezvous.pick(key))) counts.set(server, (counts.get(server) ?? 0) + 1);
  const fair = keys.length / servers.length;
  return Math.max(...[...counts.values()].map((count) => Math.abs(count / fair - 1)));
}

describe('rendezvous hashing', () => {
  it('gives every process the same server, today and tomorrow', () => {
    // By another program, after CRC-32 of zlib and the finalizer of MurmurHash3.
    const known = { a: 2, 'city:1': 1, 'city:2': 2, 'city:3': 3, 'user:42': 2, Zürich: 3, 漢字: 2 };
    const servers = over(['cache-1:11211', 'cache-2:11211', 'cache-3:11211']);
    for (const [key, number] of Object.entries(known)) expect(servers.pick(key)).toBe(`cache-${number}:11211`);
  });

  it('does not depend on the order of the servers', () => {
    fc.assert(
      fc.property(names, fc.string(), (servers, key) => {
        expect(over(servers.toReversed()).pick(key)).toBe(over(servers).pick(key));
      }),
    );
    // Two words of one CRC-32.
    expect(over(['plumless', 'buckeroo']).pick('k')).toBe(over(['buckeroo', 'plumless']).pick('k'));
  });

  it('moves only the keys of a server that goes', () => {
    fc.assert(
      fc.property(names, fc.array(fc.string()), ([gone = '', ...left], keys) => {
        const [before, after] = [over([gone, ...left]), over(left)];
        const stayed = keys.filter((key) => before.pick(key) !== gone);
        expect(stayed.map((key) => after.pick(key))).toEqual(stayed.map((key) => before.pick(key)));
      }),
    );
  });

  it.each([2, 3, 8, 16])('spreads keys evenly over %p servers, and those of one that goes over all others', (count) => {
    const all = Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}:11211`);
    const [first = '', ...others] = all;
    const before = over(all);
    const moved = KEYS.filter((key) => before.pick(key) === first);
    expect(unevenness(KEYS, all)).toBeLessThan(0.1);
    expect(unevenness(moved, others)).toBeLessThan(0.3);
  });

  it('needs a server', () => {
    expect(() => over([])).toThrow(RangeError);
  });
});
