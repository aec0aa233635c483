import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { mod } from './mod.js';
import { canonicalKey } from './shard-key-value.js';
import { ShardManager } from './shard-manager.js';
import { equalRanges, slots, type SlotMap } from './slots.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}`);
const key = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.maxSafeInteger());

describe.each([
  ['mod', mod()],
  ['slots', slots()],
])('%s', (_, strategy) => {
  it('gives every key one of the shards, always the same', () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 40 }), (value, count) => {
        const shard = strategy.bind(names(count)).shardOf(canonicalKey(value));
        expect(names(count)).toContain(shard);
        expect(strategy.bind(names(count)).shardOf(canonicalKey(value))).toBe(shard);
      }),
    );
  });

  it('spreads the keys evenly', () => {
    const locator = strategy.bind(names(4));
    const counts = new Map<string, number>();
    for (let id = 0; id < 40_000; id++) {
      const shard = locator.shardOf(String(id));
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    for (const shard of names(4)) expect(Math.abs((counts.get(shard) ?? 0) - 10_000)).toBeLessThan(500);
  });
});

describe('mod', () => {
  it.each([
    ['hello', 2, 's0'],
    ['hello', 3, 's1'],
    ['hello', 7, 's2'],
    ['123456789', 4, 's2'],
  ])('puts %p of %i shards on %s, as crc32 %% count does', (text, count, shard) => {
    expect(mod().bind(names(count)).shardOf(text)).toBe(shard);
  });
});

describe('slots', () => {
  it('deals equal runs by default', () => {
    expect(equalRanges(names(3)).ranges).toEqual([
      { from: 0, to: 5460, shard: 's0' },
      { from: 5461, to: 10_921, shard: 's1' },
      { from: 10_922, to: 16_383, shard: 's2' },
    ]);
  });

  it('moves only the keys of the slots that moved', () => {
    const before = slots(equalRanges(['a', 'b'])).bind(['a', 'b']);
    const after = slots({
      version: 2,
      ranges: [
        { from: 0, to: 8191, shard: 'a' },
        { from: 8192, to: 12_287, shard: 'b' },
        { from: 12_288, to: 16_383, shard: 'c' },
      ],
    }).bind(['a', 'b', 'c']);
    fc.assert(
      fc.property(key, (value) => {
        const [from, to] = [before.shardOf(canonicalKey(value)), after.shardOf(canonicalKey(value))];
        expect(['a -> a', 'b -> b', 'b -> c']).toContain(`${from} -> ${to}`);
      }),
    );
  });

  it('tells how many slots a shard holds', () => {
    const locator = slots({
      version: 1,
      ranges: [
        { from: 1, to: 16_383, shard: 'b' },
        { from: 0, to: 0, shard: 'a' },
      ],
    }).bind(['a', 'b']);
    expect([locator.slotCount('a'), locator.slotCount('b')]).toEqual([1, 16_383]);
  });

  const all = { from: 0, to: 16_383, shard: 'a' };
  it.each<[string, SlotMap, string[]]>([
    ['slots 0-9 are on no shard', { version: 1, ranges: [{ ...all, from: 10 }] }, ['a']],
    ['slot 16383 is on no shard', { version: 1, ranges: [{ ...all, to: 16_382 }] }, ['a']],
    [
      'slot 5 is given twice',
      {
        version: 1,
        ranges: [
          { ...all, to: 5 },
          { ...all, from: 5 },
        ],
      },
      ['a'],
    ],
    ['names a shard that is not configured', { version: 1, ranges: [{ ...all, shard: 'shard' }] }, ['shards']],
    ['0-16384 on "a" is no range', { version: 1, ranges: [{ ...all, to: 16_384 }] }, ['a']],
    ['1.5-16383 on "a" is no range', { version: 1, ranges: [{ ...all, from: 1.5 }] }, ['a']],
    ['shard "b" holds no slot', { version: 1, ranges: [all] }, ['a', 'b']],
    ['its version is 0', { version: 0, ranges: [all] }, ['a']],
  ])('refuses a map: %s', (message, map, shards) => {
    expect(() => slots(map).bind(shards)).toThrow(message);
  });
});

describe('ShardManager', () => {
  it('routes by crc32 modulo the number of shards, in order of addition', () => {
    const manager = new ShardManager()
      .addShard('north', { type: 'sqljs' })
      .addShard('south', { type: 'postgres', url: 'postgres://localhost/south' });
    expect(manager.getShardForKey('hello')).toBe('north');
    expect(manager.addShard('east', { type: 'sqljs' }).getShardForKey('hello')).toBe('south');
    expect(manager.shards.map(({ name, type }) => [name, type])).toEqual([
      ['north', 'sqljs'],
      ['south', 'postgres'],
      ['east', 'sqljs'],
    ]);
  });

  it('refuses a name twice, and a key before there is a shard', () => {
    const manager = new ShardManager();
    expect(() => manager.getShardForKey(1)).toThrow('there is no shard yet');
    expect(() => manager.addShard('a', { type: 'sqljs' }).addShard('a', { type: 'sqljs' })).toThrow('is there already');
  });
});
