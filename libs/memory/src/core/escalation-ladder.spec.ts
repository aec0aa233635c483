import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EscalationLadder, type LadderOptions } from './escalation-ladder.js';
import type { Collection } from './gc-events.js';
import { planReclaim } from './reclaim-plan.js';

const options: LadderOptions = {
  band: 0.1,
  enterSamples: 1,
  leaveAfter: 3_000,
  cooldown: 1_000,
  minCollectInterval: 10_000,
  hardProofLifetime: Infinity,
};

/** A ladder with the limits 1,000 and 2,000 on the heap, and time that a test moves. */
function heapLadder(changed: Partial<LadderOptions> = {}) {
  const ladder = new EscalationLadder({ ...options, ...changed });
  ladder.setLimit('heapUsed', { soft: 1_000, hard: 2_000 });
  const readings = { heapUsed: 0, external: 0, arrayBuffers: 0, rss: 0 };
  const test = {
    ladder,
    now: 0,
    read(changes: Partial<typeof readings>, ...kinds: Collection['kind'][]): void {
      Object.assign(readings, changes);
      test.now += 1;
      ladder.observeProcess(
        readings,
        test.now,
        kinds.map((kind) => ({ kind, at: test.now })),
      );
    },
    needed: () => ladder.beginReclaim(test.now)?.process,
  };
  return test;
}

describe('EscalationLadder', () => {
  it('of a heap that is full of garbage wants a collection, and nothing of the caches', () => {
    const { ladder, read, needed } = heapLadder();
    read({ heapUsed: 1_900 });
    expect(needed()).toBeUndefined();
    expect(ladder.wantsCollection(false, 1)).toBe(true);
    read({ heapUsed: 300 }, 'full');
    expect(ladder.isOver).toBe(false);
    expect(ladder.level).toBe('normal');
  });

  it('asks for what is over, down to the band, once; and then for a collection', () => {
    const { ladder, read, needed, now } = heapLadder();
    read({ heapUsed: 1_100 }, 'major');
    expect(ladder.level).toBe('soft');
    expect(needed()).toBe(200);
    ladder.freed(200, now + 2);
    expect(ladder.wantsCollection(true, now + 2)).toBe(true);
    read({ heapUsed: 1_150 });
    expect(needed()).toBeUndefined();
  });

  it('asks again as soon as a collection shows that more is needed, and not before', () => {
    const test = heapLadder();
    test.read({ heapUsed: 1_100 }, 'major');
    expect(test.needed()).toBe(200);
    test.ladder.freed(200, test.now);
    test.read({ heapUsed: 1_300 }, 'minor');
    expect(test.needed()).toBeUndefined();
    test.read({ heapUsed: 1_050 }, 'major');
    expect(test.needed()).toBe(150);
  });

  it('asks not again before the cooldown when nothing came of it', () => {
    const test = heapLadder();
    test.read({ heapUsed: 1_100 }, 'major');
    expect(test.needed()).toBe(200);
    test.read({ heapUsed: 1_100 });
    expect(test.needed()).toBeUndefined();
    test.now += options.cooldown;
    expect(test.needed()).toBe(200);
  });

  it('does not ask while a value is inside the band, also at a level that it has entered', () => {
    const test = heapLadder();
    test.read({ heapUsed: 1_000 }, 'major');
    test.needed();
    test.read({ heapUsed: 950 }, 'major');
    expect(test.ladder.level).toBe('soft');
    expect(test.needed()).toBeUndefined();
  });

  it('lets V8 collect garbage by itself, unless that is long ago, something was reclaimed, or the end is near', () => {
    const { ladder, read } = heapLadder();
    read({ heapUsed: 500 }, 'major');
    read({ heapUsed: 1_500 });
    expect(ladder.wantsCollection(false, 2)).toBe(false);
    expect(ladder.wantsCollection(true, 2)).toBe(true);
    expect(ladder.wantsCollection(false, 1 + options.minCollectInterval)).toBe(true);
    read({ heapUsed: 2_000 });
    expect(ladder.wantsCollection(false, 3)).toBe(true);
    read({ heapUsed: 999 });
    expect(ladder.wantsCollection(true, 1_000_000)).toBe(false);
  });

  it('keeps asking for collections over a hard limit, so that an idle process finds out that it may serve again', () => {
    const { ladder, read } = heapLadder();
    read({ heapUsed: 2_500 }, 'major');
    expect(ladder.level).toBe('hard');
    expect(ladder.wantsCollection(false, options.minCollectInterval)).toBe(false);
    expect(ladder.wantsCollection(false, 1 + options.minCollectInterval)).toBe(true);
  });

  it('compares each key with its own limit', () => {
    const test = heapLadder();
    test.ladder.setLimit('rss', { soft: 5_000 });
    test.ladder.setLimit('cache:a', { soft: 100 });
    test.ladder.setLimit('cache:b', { soft: 1_000 });
    test.read({ heapUsed: 900, rss: 4_999, external: 1e9, arrayBuffers: 1e9 }, 'full');
    test.ladder.observeReclaimables(new Map([['cache:a', 150], ['cache:b', 150]]), test.now); // prettier-ignore
    const levels = Object.fromEntries(test.ladder.keys.map(({ name, level }) => [name, level]));
    expect(levels).toEqual({
      heapUsed: 'normal',
      external: 'normal',
      arrayBuffers: 'normal',
      rss: 'normal',
      'cache:a': 'soft',
      'cache:b': 'normal',
    });
    expect(test.ladder.beginReclaim(test.now)).toEqual({ process: 0, byName: new Map([['cache:a', 60]]) });
    expect(test.ladder.wantsCollection(true, test.now)).toBe(false);
  });

  it('takes a reclaimable that is gone for one that holds nothing', () => {
    const { ladder } = heapLadder({ leaveAfter: 0 });
    ladder.setLimit('cache:a', { soft: 100 });
    ladder.observeReclaimables(new Map([['cache:a', 150]]), 1);
    ladder.observeReclaimables(new Map(), 2);
    expect(ladder.level).toBe('normal');
  });

  it('forgets a name that nobody holds any more and that has no limit', () => {
    const { ladder } = heapLadder();
    ladder.setLimit('limited', { soft: 100 });
    ladder.setLimit('unlimited', { soft: 100 });
    ladder.observeReclaimables(new Map(['limited', 'unlimited', 'plain'].map((name) => [name, 1])), 1);
    ladder.setLimit('unlimited', undefined);
    ladder.observeReclaimables(new Map(), 2);
    const names = ladder.keys.map(({ name }) => name);
    expect(names).toEqual(['heapUsed', 'external', 'arrayBuffers', 'rss', 'limited']);
    expect([ladder.current('limited'), ladder.current('plain')]).toEqual([0, 0]);
  });

  it('does not reclaim again and again for an RSS that does not fall, only when it grows further', () => {
    const test = heapLadder();
    test.ladder.setLimit('heapUsed', undefined);
    test.ladder.setLimit('rss', { soft: 1_000 });
    test.read({ rss: 1_100 }, 'full');
    expect(test.needed()).toBe(200);
    test.ladder.freed(200, test.now);
    expect(test.ladder.wantsCollection(true, test.now)).toBe(true);
    for (const rss of [1_100, 1_050, 1_120]) {
      test.now += 60_000;
      expect(test.ladder.wantsCollection(false, test.now)).toBe(false);
      test.read({ rss }, 'full');
      expect(test.needed()).toBeUndefined();
    }
    test.now += 60_000;
    test.read({ rss: 1_150 }, 'full');
    expect(test.needed()).toBe(100);
    test.read({ rss: 850 }, 'full');
    test.now += 60_000;
    test.read({ rss: 1_000 }, 'full');
    expect(test.needed()).toBe(100);
  });
});

const KB = 1_000;
const SOFT = 1_000 * KB;
const TARGET = 900 * KB;

/** What a program does with its memory; sizes in KB. */
type Step =
  | { readonly does: 'litter' | 'leak'; readonly size: number }
  | { readonly does: 'fill'; readonly cache: number; readonly size: number }
  | { readonly does: 'collect' | 'wait' };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom('litter' as const, 'leak' as const), size: fc.integer({ min: 1, max: 80 }) }),
  fc.record({
    does: fc.constant('fill' as const),
    cache: fc.integer({ min: 0, max: 2 }),
    size: fc.integer({ min: 1, max: 150 }),
  }),
  fc.record({ does: fc.constantFrom('collect' as const, 'wait' as const) }),
);

/** A heap with three caches, something that leaks, and garbage, run by a ladder. */
class SimulatedHeap {
  readonly caches = [0, 1, 2].map((index) => ({ name: `cache${index}`, bytes: 0 }));
  readonly reclaims: { readonly before: number; readonly after: number }[] = [];
  readonly ladder = new EscalationLadder(options);
  #leaked = 0;
  #garbage = 0;
  #now = 0;

  constructor() {
    this.ladder.setLimit('heapUsed', { soft: SOFT });
  }

  get live(): number {
    return this.#leaked + this.caches.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get leaked(): number {
    return this.#leaked;
  }

  run(step: Step): void {
    this.#now += step.does === 'wait' ? 5_000 : 1;
    if (step.does === 'litter') this.#garbage += step.size * KB;
    if (step.does === 'leak') this.#leaked += step.size * KB;
    if (step.does === 'fill') this.#cache(step.cache).bytes += step.size * KB;
    if (step.does === 'collect') this.collect();
    else this.#observe([]);
  }

  collect(): void {
    this.#garbage = 0;
    this.#now += 1;
    this.#observe([{ kind: 'major', at: this.#now }]);
  }

  #observe(collections: readonly Collection[]): void {
    const reading = { heapUsed: this.live + this.#garbage, external: 0, arrayBuffers: 0, rss: 0 };
    this.ladder.observeProcess(reading, this.#now, collections);
    const excess = this.ladder.beginReclaim(this.#now);
    if (excess === undefined) return;
    const before = this.live;
    for (const [cache, fraction] of planReclaim(this.caches, excess)) {
      const freed = Math.floor(cache.bytes * fraction);
      this.#cache(this.caches.indexOf(cache)).bytes -= freed;
      this.#garbage += freed;
      this.ladder.freed(freed, this.#now);
    }
    this.reclaims.push({ before, after: this.live });
  }

  #cache(index: number): { bytes: number } {
    const cache = this.caches[index];
    if (cache === undefined) throw new Error(`no cache ${index}`);
    return cache;
  }
}

describe('a heap under the ladder', () => {
  it('loses nothing of its caches while what lives is under the limit, whatever garbage there is', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 200 }), (steps) => {
        const heap = new SimulatedHeap();
        for (const step of steps) {
          const grows = step.does === 'fill' || step.does === 'leak';
          if (!grows || heap.live + step.size * KB < SOFT) heap.run(step);
        }
        expect(heap.reclaims).toEqual([]);
        expect(heap.ladder.level).toBe('normal');
      }),
    );
  });

  it('never gives back more than what brings it to the band', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 200 }), (steps) => {
        const heap = new SimulatedHeap();
        for (const step of steps) heap.run(step);
        for (const { before, after } of heap.reclaims) {
          expect(before).toBeGreaterThanOrEqual(SOFT);
          expect(after).toBeGreaterThanOrEqual(TARGET);
        }
      }),
    );
  });

  it('is back under its limit one collection later, or its caches are empty', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 200 }), (steps) => {
        const heap = new SimulatedHeap();
        for (const step of steps) heap.run(step);
        heap.collect();
        const cached = heap.live - heap.leaked;
        expect(heap.live < SOFT || cached < heap.caches.length).toBe(true);
      }),
    );
  });
});
