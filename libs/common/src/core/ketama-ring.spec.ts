import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KetamaNode } from './ketama-points.js';
import { ketamaNodeName, KetamaRing } from './ketama-ring.js';

const KEYS = Array.from({ length: 10_000 }, (_, index) => `key:${index}`);
const addresses = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`);
const over = (names: readonly string[]) => new KetamaRing(names.map((name) => ({ name })));
const weighted = (weights: readonly number[]) =>
  new KetamaRing(weights.map((weight, index) => ({ name: `10.1.0.${index + 1}`, weight })));

const names = fc.uniqueArray(fc.domain(), { minLength: 2, maxLength: 12 });
const nodes = fc.uniqueArray(fc.record({ name: fc.domain(), weight: fc.integer({ min: 1, max: 9 }) }), {
  selector: ({ name }) => name,
  minLength: 2,
  maxLength: 12,
});

/** The share of {@link KEYS} that each node has. */
function shares<N extends KetamaNode>(ring: KetamaRing<N>): ReadonlyMap<string, number> {
  const counts = new Map(ring.nodes.map(({ name }) => [name, 0]));
  for (const key of KEYS) {
    const { name } = ring.pick(key);
    counts.set(name, (counts.get(name) ?? 0) + 1 / KEYS.length);
  }
  return counts;
}

/**
 * What libmemcached 1.1.4 answers, from `memcached_generate_hash` after
 * `memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1)`: the letter of a node for each of these keys.
 * A program in Python that follows the recipe with hashlib says the same.
 */
const GOLDEN_KEYS = [
  'a',
  'city:1',
  'city:2',
  'city:3',
  'user:42',
  'session:9f8e',
  'Zürich',
  '漢字',
  'price list',
].concat(
  [55, 56, 63, 64, 200].map((length) => 'x'.repeat(length)),
  KEYS.slice(0, 36),
);
const lettersOf = (ring: KetamaRing<KetamaNode>, order: readonly string[]) =>
  GOLDEN_KEYS.map((key) => String.fromCodePoint(97 + order.indexOf(ring.pick(key).name))).join('');

describe('KetamaRing', () => {
  it('finds a key where libmemcached does, on equal nodes', () => {
    const order = ['cache-1', 'cache-2', 'cache-3'];
    expect(lettersOf(over(order), order)).toBe('ccabccabaababacbcabbbacaaabacccaaabcbacaaaccbabbcc');
  });

  it('finds a key where libmemcached does, on nodes of several ports and weights', () => {
    const order = [
      { name: ketamaNodeName('10.0.0.1', 11_211), weight: 1 },
      { name: ketamaNodeName('10.0.0.1', 11_212), weight: 2 },
      { name: ketamaNodeName('10.0.0.2', 11_211), weight: 5 },
      { name: ketamaNodeName('10.0.0.3', 22_122), weight: 1 },
    ];
    expect(
      lettersOf(
        new KetamaRing(order),
        order.map(({ name }) => name),
      ),
    ).toBe('ccadccabccdccacccdcbccbadccccccbccdbccadacccbbccaa');
  });

  it('finds a key where libmemcached does, where single precision makes a difference', () => {
    const order = addresses(25);
    expect(lettersOf(over(order), order)).toBe('dlmpathkhxvfoynkkqpykmgagxkoklogsiyluicklejahcikgt');
    const ring = weighted([8, 3, 9, 2, 3, 3, 6, 2, 9, 5]);
    const byAddress = addresses(10).map((address) => address.replace('10.0', '10.1'));
    expect(lettersOf(ring, byAddress)).toBe('afiiaiiecjccifcegjjdfaciicbgcggbabccccaeicjgfaagfa');
  });

  it('names a server as libmemcached does', () => {
    expect(ketamaNodeName('10.0.0.1', 11_211)).toBe('10.0.0.1');
    expect(ketamaNodeName('10.0.0.1', 11_212)).toBe('10.0.0.1:11212');
  });

  it('does not depend on the order of the nodes', () => {
    fc.assert(
      fc.property(nodes, fc.array(fc.string()), (all, keys) => {
        const [there, back] = [new KetamaRing(all), new KetamaRing(all.toReversed())];
        expect(keys.map((key) => there.pick(key))).toEqual(keys.map((key) => back.pick(key)));
      }),
    );
    // These two share a point, and that is where the key belongs.
    expect(over(['cache-590', 'cache-712']).pick('key:76').name).toBe('cache-590');
    expect(over(['cache-712', 'cache-590']).pick('key:76').name).toBe('cache-590');
  });

  it('moves only the keys of a node that goes, each to the next node', () => {
    fc.assert(
      fc.property(names, fc.array(fc.string(), { minLength: 1 }), (all, keys) => {
        const before = over(all);
        const after = before.without(all[0] ?? '');
        for (const key of keys) {
          const [owner, next] = before.pickMany(key, 2);
          expect(after.pick(key)).toBe(owner?.name === all[0] ? next : owner);
        }
      }),
    );
  });

  it.each([4, 8, 16])('moves a share of the keys when one of %p nodes goes: that of one node, to a fifth', (count) => {
    const all = addresses(count);
    const [before, after] = [over(all), over(all.slice(1))];
    const moved = KEYS.filter((key) => before.pick(key).name !== after.pick(key).name).length / KEYS.length;
    expect(moved * count).toBeGreaterThan(0.8);
    expect(moved * count).toBeLessThan(1.2);
  });

  it('gives every node the same share, on average over a hundred rings', () => {
    const count = 5;
    const sums = Array.from({ length: count }, () => 0);
    for (let ring = 0; ring < 100; ring++) {
      const all = Array.from({ length: count }, (_, index) => `cache-${ring}-${index}`);
      for (const [name, share] of shares(over(all))) sums[all.indexOf(name)] = (sums[all.indexOf(name)] ?? 0) + share;
    }
    for (const sum of sums) expect(Math.abs((sum / 100) * count - 1)).toBeLessThan(0.03);
  });

  it('gives a node of three times the weight about three times the keys', () => {
    const ring = weighted([3, 1, 1, 3]);
    const found = [...shares(ring).values()];
    for (const [index, fair] of [3 / 8, 1 / 8, 1 / 8, 3 / 8].entries()) {
      expect((found[index] ?? 0) / fair).toBeGreaterThan(0.75);
      expect((found[index] ?? 0) / fair).toBeLessThan(1.25);
    }
  });

  it('picks different nodes for the copies of a key, the one that it belongs to first', () => {
    fc.assert(
      fc.property(names, fc.string(), fc.integer({ min: 1, max: 15 }), (all, key, count) => {
        const ring = over(all);
        const picked = ring.pickMany(key, count);
        expect(picked[0]).toBe(ring.pick(key));
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked).toHaveLength(Math.min(count, all.length));
      }),
    );
  });

  it('says the same again, of more keys than it remembers and of very long ones', () => {
    const ring = over(addresses(5));
    const keys = [...KEYS.slice(0, 3_000), 'x'.repeat(10_000)];
    const first = keys.map((key) => ring.pick(key));
    expect(keys.map((key) => ring.pick(key))).toEqual(first);
    expect(keys.map((key) => ring.pickMany(key, 1)[0])).toEqual(first);
  });

  it('gives back the caller’s own node', () => {
    const node = { name: 'a', socket: {} };
    expect(new KetamaRing([node]).pick('k')).toBe(node);
  });

  it('is a new ring with a node more, less or another weight, and does not change itself', () => {
    const ring = over(['a', 'b']);
    expect(ring.with({ name: 'c' }).nodes).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const heavy = new KetamaRing<KetamaNode>(ring.nodes).with({ name: 'a', weight: 9 });
    expect(heavy.nodes).toEqual([{ name: 'a', weight: 9 }, { name: 'b' }]);
    expect(ring.without('a').nodes).toEqual([{ name: 'b' }]);
    expect(ring.nodes).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  it.each([
    [[], /there are none/],
    [[{ name: 'a' }, { name: 'b' }, { name: 'a' }], /2\.name: there are two nodes "a"/],
    [[{ name: '' }], /0\.name/],
    ...[0, -1, Number.NaN, Infinity, 2 ** 25].map((weight) => [[{ name: 'a', weight }], /0\.weight/] as const),
  ])('refuses %p', (given, message) => {
    expect(() => new KetamaRing<KetamaNode>(given)).toThrow(
      expect.objectContaining({
        code: 'ENVOL_COMMON_INVALID_OPTIONS',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('says which node it does not have', () => {
    expect(() => over(['cache-1', 'other']).without('cahce-1')).toThrow(
      expect.objectContaining({ code: 'ENVOL_COMMON_UNKNOWN_NODE', hint: 'Did you mean "cache-1"?' }),
    );
    expect(() => over(['a']).without('a')).toThrow(/there are none/);
  });
});
