import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planReclaim, type Holding } from './reclaim-plan.js';

function plan(bytes: Readonly<Record<string, number>>, process: number, byName: Readonly<Record<string, number>> = {}) {
  const holdings = Object.entries(bytes).map(([name, held]) => ({ name, bytes: held }));
  const fractions = planReclaim(holdings, { process, byName: new Map(Object.entries(byName)) });
  return Object.fromEntries([...fractions].map(([{ name }, fraction]) => [name, fraction]));
}

describe('planReclaim', () => {
  it('takes the same fraction of each, so that a bigger one gives more', () => {
    expect(plan({ big: 900, small: 100 }, 250)).toEqual({ big: 0.25, small: 0.25 });
  });

  it('takes all when that is not enough, and nothing when nothing is needed', () => {
    expect(plan({ a: 10, b: 20 }, 1_000)).toEqual({ a: 1, b: 1 });
    expect(plan({ a: 10, b: 20 }, 0)).toEqual({});
    expect(plan({}, 1_000)).toEqual({});
    expect(plan({ empty: 0 }, 1_000)).toEqual({});
  });

  it('of a name that is over its own limit takes only from that', () => {
    expect(plan({ a: 400, b: 600 }, 0, { a: 100 })).toEqual({ a: 0.25 });
  });

  it('counts what a name gives for itself towards what the process needs', () => {
    expect(plan({ a: 400, b: 600 }, 100, { a: 100 })).toEqual({ a: 0.25 });
    const both = plan({ a: 400, b: 700 }, 300, { a: 100 });
    expect(both).toEqual({ a: 0.25 + 0.75 * 0.2, b: 0.2 });
  });

  it('shares the limit of a name among those who have it', () => {
    const first: Holding = { name: 'same', bytes: 100 };
    const second: Holding = { name: 'same', bytes: 300 };
    const fractions = planReclaim([first, second], { process: 0, byName: new Map([['same', 100]]) });
    expect([fractions.get(first), fractions.get(second)]).toEqual([0.25, 0.25]);
  });

  it('gives what is needed if there is so much, and not more', () => {
    const size = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.array(size, { maxLength: 8 }),
        size,
        fc.array(size, { maxLength: 8 }),
        (bytes, process, excesses) => {
          const holdings = bytes.map((held, index) => ({ name: `h${index}`, bytes: held }));
          const byName = new Map(
            holdings.map(({ name, bytes: held }, index) => [name, Math.min(held, excesses[index] ?? 0)]),
          );
          const fractions = planReclaim(holdings, { process, byName });
          const given = (holding: Holding): number => holding.bytes * (fractions.get(holding) ?? 0);
          const total = holdings.reduce((sum, holding) => sum + given(holding), 0);
          const own = [...byName.values()].reduce((sum, excess) => sum + excess, 0);
          const held = bytes.reduce((sum, holding) => sum + holding, 0);
          expect(total).toBeCloseTo(Math.min(held, Math.max(own, process)), 3);
          for (const holding of holdings) {
            expect(given(holding)).toBeGreaterThanOrEqual((byName.get(holding.name) ?? 0) - 1e-6);
            expect(fractions.get(holding) ?? 0).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});
