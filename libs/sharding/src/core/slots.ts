import { EnvolError, nearest } from '@envol/common';
import { SLOT_COUNT, slotOfCanonical } from './shard-key-value.js';
import type { ShardStrategy } from './strategy.js';

/** A run of slots on one shard; both ends belong to it. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly shard: string;
}

/** Which shard holds which slots. */
export interface SlotMap {
  /** Counts up with every change of the map, so that two processes can tell whose is newer. A positive integer. */
  readonly version: number;
  /** Together every slot from 0 to 16383 exactly once; a shard may have several ranges. */
  readonly ranges: readonly SlotRange[];
}

/**
 * The default strategy: a key belongs to one of 16384 slots, and a map says which shard holds which slots. Keys move
 * only when the map is changed, and then only those of the slots that moved.
 *
 * Without a map the slots are dealt in equal runs in the order of the shards, as version 1. That is for a first start:
 * write the map down before the first shard is added, because another number of shards gives another default.
 */
export function slots(map?: SlotMap): ShardStrategy {
  return {
    kind: 'slots',
    bind(shards) {
      const holders = holdersOf(map ?? equalRanges(shards), shards);
      const counts = new Map<string, number>();
      for (const shard of holders) counts.set(shard, (counts.get(shard) ?? 0) + 1);
      const idle = shards.find((shard) => !counts.has(shard));
      if (idle !== undefined) fail(`shard "${idle}" holds no slot`, 'Give it slots, or leave it out of the shards.');
      return {
        shardOf(canonical) {
          const slot = slotOfCanonical(canonical);
          return holders[slot] ?? missingSlots(slot, slot);
        },
        slotCount: (shard) => counts.get(shard) ?? 0,
      };
    },
  };
}

/** The map with the slots dealt in equal contiguous ranges (they differ by one slot at most), version 1. */
export function equalRanges(shards: readonly string[]): SlotMap {
  const start = (index: number): number => Math.floor((index * SLOT_COUNT) / shards.length);
  return {
    version: 1,
    ranges: shards.map((shard, index) => ({ from: start(index), to: start(index + 1) - 1, shard })),
  };
}

/** The shard of each slot. */
function holdersOf({ version, ranges }: SlotMap, shards: readonly string[]): readonly string[] {
  if (!Number.isSafeInteger(version) || version < 1) {
    fail(`its version is ${version}`, 'The version is a positive integer that counts up with every change.');
  }
  const holders: string[] = [];
  let next = 0;
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    checkRange(range, shards);
    if (range.from < next) fail(`slot ${range.from} is given twice`, `Let ${show(range)} begin at ${next}.`);
    if (range.from > next) missingSlots(next, range.from - 1);
    for (; next <= range.to; next++) holders.push(range.shard);
  }
  if (next < SLOT_COUNT) missingSlots(next, SLOT_COUNT - 1);
  return holders;
}

function checkRange(range: SlotRange, shards: readonly string[]): void {
  const { from, to, shard } = range;
  const inside = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to < SLOT_COUNT && from <= to;
  if (!inside)
    fail(`${show(range)} is no range`, `A range runs from 0 to ${SLOT_COUNT - 1} at most, both ends included.`);
  if (shards.includes(shard)) return;
  const guess = nearest(shard, shards);
  fail(
    `${show(range)} names a shard that is not configured`,
    guess === undefined ? `Configured are: ${shards.join(', ')}.` : `Did you mean "${guess}"?`,
  );
}

function show({ from, to, shard }: SlotRange): string {
  return `${from}-${to} on "${shard}"`;
}

function missingSlots(from: number, to: number): never {
  const which = from === to ? `slot ${from} is` : `slots ${from}-${to} are`;
  return fail(`${which} on no shard`, 'Every slot belongs to exactly one shard.');
}

function fail(what: string, hint: string): never {
  throw new EnvolError('ENVOL_SHARDING_INVALID_MAP', `the slot map cannot be used: ${what}`, hint);
}
