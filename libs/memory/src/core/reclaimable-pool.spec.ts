import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { ReclaimablePool, type PooledHolding } from './reclaimable-pool.js';

const cache = (name: string, bytes: number) => ({
  name,
  bytes,
  reclaim(fraction: number): Promise<void> | void {
    this.bytes -= this.bytes * fraction;
  },
});

const half = (holdings: readonly PooledHolding[]) => new Map(holdings.map((holding) => [holding, 0.5]));

describe('ReclaimablePool', () => {
  it('knows who holds what, adds up what shares a name, and forgets who is taken out', () => {
    const pool = new ReclaimablePool(1_000, new ManualClock());
    const a = cache('a', 100);
    const remove = pool.register(a);
    pool.register(cache('a', 50));
    pool.register(cache('b', 7));
    pool.register(a);
    expect(pool.bytesByName()).toEqual(new Map([['a', 150], ['b', 7]])); // prettier-ignore
    remove();
    expect(pool.bytesByName()).toEqual(new Map([['a', 50], ['b', 7]])); // prettier-ignore
    expect(pool.names).toEqual(['a', 'b']);
  });

  it.each([
    [undefined, 'it has no name'],
    [{ name: '', bytes: 1, reclaim() {} }, 'it has no name'],
    [{ name: 'rss', bytes: 1, reclaim() {} }, 'its name "rss" is that of a figure of the process'],
    [{ name: 'a', reclaim() {} }, '"a" does not say its bytes'],
    [{ name: 'a', bytes: 1 }, '"a" has no method reclaim()'],
  ])('refuses %j', (reclaimable, message) => {
    const pool = new ReclaimablePool(1_000, new ManualClock());
    expect(() => pool.register(reclaimable as never)).toThrow(
      expect.objectContaining({ code: 'ENVOL_MEMORY_INVALID_RECLAIMABLE', message: expect.stringContaining(message) }),
    );
  });

  it('says how much each gave, and goes on when one fails', async () => {
    const pool = new ReclaimablePool(1_000, new ManualClock());
    const broken = cache('broken', 10);
    broken.reclaim = () => {
      throw new Error('not now');
    };
    const rejecting = cache('rejecting', 10);
    rejecting.reclaim = () => Promise.reject(new Error('later'));
    for (const reclaimable of [broken, rejecting, cache('good', 100)]) pool.register(reclaimable);
    await expect(pool.reclaim(half(pool.reclaimable()))).resolves.toEqual([
      { name: 'broken', freed: 0, error: expect.objectContaining({ message: 'not now' }) },
      { name: 'rejecting', freed: 0, error: expect.objectContaining({ message: 'later' }) },
      { name: 'good', freed: 50 },
    ]);
  });

  it('waits for a slow one no longer than the timeout, and leaves it alone until it has ended', async () => {
    const clock = new ManualClock();
    const pool = new ReclaimablePool(1_000, clock);
    const ends: (() => void)[] = [];
    const slow = cache('slow', 100);
    slow.reclaim = () => new Promise((resolve) => ends.push(resolve));
    pool.register(slow);
    const outcomes = pool.reclaim(half(pool.reclaimable()));
    await clock.advance(1_000);
    await expect(outcomes).resolves.toEqual([
      { name: 'slow', freed: 0, error: expect.objectContaining({ code: 'ENVOL_MEMORY_RECLAIM_TIMEOUT' }) },
    ]);
    expect(pool.reclaimable()).toEqual([]);
    expect(pool.bytesByName()).toEqual(new Map([['slow', 100]]));
    ends[0]?.();
    await clock.advance(0);
    expect(pool.reclaimable()).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts what is no size, or cannot be read, as nothing', () => {
    const pool = new ReclaimablePool(1_000, new ManualClock());
    for (const bytes of [Number.NaN, -5, Infinity]) pool.register(cache('odd', bytes));
    pool.register({
      name: 'failing',
      get bytes(): number {
        throw new Error('gone');
      },
      reclaim() {},
    });
    expect([...pool.bytesByName().values()]).toEqual([0, 0]);
  });
});
