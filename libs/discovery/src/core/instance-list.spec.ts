import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InstanceList } from './instance-list.js';
import type { Health, ServiceInstance } from './instance.js';

const HOLD = 30_000;

const instance = (id: string, changes: Partial<ServiceInstance> = {}): ServiceInstance => ({
  id,
  host: `host-${id}`,
  port: 80,
  weight: 1,
  tags: [],
  meta: {},
  health: 'passing',
  ...changes,
});
const instances = (...ids: string[]) => ids.map((id) => instance(id));

function start(holdFor = HOLD) {
  const clock = new ManualClock();
  const holds: Array<[boolean, number]> = [];
  const changes: string[][] = [];
  const list: InstanceList = new InstanceList({
    holdFor,
    clock,
    onChange: () => changes.push(ids()),
    onHold: (held, count) => holds.push([held, count]),
  });
  const ids = () => list.current.map(({ id }) => id);
  return { clock, list, ids, holds, changes };
}

describe('InstanceList', () => {
  it('lists what is passing or in warning and has a weight, sorted by id', () => {
    const { list, ids } = start();
    list.update([
      instance('c', { health: 'warning' }),
      instance('a'),
      instance('b', { health: 'critical' }),
      instance('d', { weight: 0 }),
    ]);
    expect(ids()).toEqual(['a', 'c']);
  });

  it('keeps the array and the objects while nothing changes', () => {
    const { list, changes } = start();
    list.update(instances('a', 'b'));
    const [before, a] = [list.current, list.current[0]];
    list.update(instances('b', 'a'));
    expect(list.current).toBe(before);
    list.update([instance('a'), instance('b', { weight: 2 })]);
    expect(list.current).not.toBe(before);
    expect(list.current[0]).toBe(a);
    expect(changes).toHaveLength(2);
  });

  it.each([
    ['one of many', 'abcde', 'abcd'],
    ['half', 'abcd', 'ab'],
    ['one of two', 'ab', 'a'],
  ])('follows at once when %s leaves', (_, before, after) => {
    const { list, ids, holds } = start();
    list.update(instances(...Array.from(before)));
    list.update(instances(...Array.from(after)));
    expect(ids()).toEqual(Array.from(after));
    expect(holds).toEqual([]);
  });

  it('holds what is left when the list falls below half in several steps', async () => {
    const { list, ids, clock } = start();
    list.update(instances('a', 'b', 'c', 'd'));
    for (const left of ['abc', 'ab', 'a', '']) {
      await clock.advance(1_000);
      list.update(instances(...Array.from(left)));
    }
    expect(ids()).toEqual(['a', 'b']);
    await clock.advance(HOLD);
    expect(ids()).toEqual([]);
  });

  it('follows every step of a scale-down that takes its time', async () => {
    const { list, ids, clock, holds } = start();
    for (const left of ['abcde', 'abcd', 'abc', 'ab', 'a']) {
      list.update(instances(...Array.from(left)));
      expect(ids()).toEqual(Array.from(left));
      await clock.advance(HOLD);
    }
    expect(holds).toEqual([]);
  });

  it('takes the list for what it is after a hold', async () => {
    const { list, ids, clock } = start();
    list.update(instances('a', 'b', 'c', 'd', 'e', 'f'));
    list.update(instances('a', 'b'));
    await clock.advance(HOLD);
    list.update(instances('a'));
    expect(ids()).toEqual(['a']);
  });

  it('follows a replacement of all instances at once', () => {
    const { list, ids, holds } = start();
    list.update(instances('a', 'b', 'c'));
    list.update(instances('d', 'e', 'f'));
    expect(ids()).toEqual(['d', 'e', 'f']);
    expect(holds).toEqual([]);
  });

  it('holds the list when the answer is suddenly empty, and follows when it stays so', async () => {
    const { list, ids, holds, clock } = start();
    list.update(instances('a', 'b'));
    list.update([]);
    expect(ids()).toEqual(['a', 'b']);
    expect(list.heldSince).toBe(clock.now());
    await clock.advance(HOLD - 1);
    expect(ids()).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(ids()).toEqual([]);
    expect(list.heldSince).toBeUndefined();
    expect(holds).toEqual([
      [true, 2],
      [false, 2],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('holds the only instance', () => {
    const { list, ids } = start();
    list.update(instances('a'));
    list.update([]);
    expect(ids()).toEqual(['a']);
  });

  it('holds those that vanished when more than half did', async () => {
    const { list, ids, clock } = start();
    list.update(instances('a', 'b', 'c', 'd', 'e'));
    list.update(instances('e', 'f'));
    expect(ids()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(list.held.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(HOLD);
    expect(ids()).toEqual(['e', 'f']);
  });

  it('holds those that all became critical at once', () => {
    const { list, ids } = start();
    const all = (health: Health) => ['a', 'b', 'c'].map((id) => instance(id, { health }));
    list.update(all('passing'));
    list.update(all('critical'));
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  it('lets go of those that come back, by id or under the same address, and of the others in the end', async () => {
    const { list, ids, holds, clock } = start();
    list.update(instances('a', 'b', 'c', 'd'));
    list.update([]);
    await clock.advance(5_000);
    list.update([instance('a'), instance('new', { host: 'host-b' })]);
    expect(ids()).toEqual(['a', 'c', 'd', 'new']);
    expect(list.held.map(({ id }) => id)).toEqual(['c', 'd']);
    list.update([...instances('a', 'c', 'd'), instance('new', { host: 'host-b' })]);
    expect(list.held).toEqual([]);
    expect(holds).toEqual([
      [true, 4],
      [false, 2],
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('follows one that leaves while others are held', async () => {
    const { list, ids } = start();
    list.update(instances('a', 'b', 'c', 'd', 'e'));
    list.update(instances('a'));
    list.update(instances('a', 'b', 'c', 'd'));
    list.update(instances('a', 'b', 'c'));
    expect(ids()).toEqual(['a', 'b', 'c', 'e']);
  });

  it('does not hold for ever what goes on vanishing: one deadline for all', async () => {
    const { list, ids, clock } = start();
    list.update(instances('a', 'b', 'c'));
    list.update([]);
    await clock.advance(HOLD - 1_000);
    list.update(instances('a'));
    list.update([]);
    expect(ids()).toEqual(['a', 'b', 'c']);
    await clock.advance(1_000);
    expect(ids()).toEqual([]);
  });

  it('goes on holding while the registry is away, and then for the full time', async () => {
    const { list, ids, clock } = start();
    list.update(instances('a', 'b'));
    list.update([]);
    list.registryFailed();
    await clock.advance(10 * HOLD);
    expect(ids()).toEqual(['a', 'b']);
    list.update([]);
    await clock.advance(HOLD - 1);
    expect(ids()).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(ids()).toEqual([]);
  });

  it('believes every answer without a hold', () => {
    const { list, ids } = start(0);
    list.update(instances('a', 'b'));
    list.update([]);
    expect(ids()).toEqual([]);
  });

  it('leaves no timer behind', () => {
    const { list, clock } = start();
    list.update(instances('a'));
    list.update([]);
    list.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('has no less than half of what it had of late, unless a hold has ended; and is the answer in the end', async () => {
    const answer = fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']);
    const step = fc.record({ answer, wait: fc.integer({ min: 0, max: HOLD - 1 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const { list, ids, clock, holds } = start();
        let lengths: Array<{ length: number; until: number }> = [];
        for (const { answer: present, wait } of steps) {
          lengths.push({ length: ids().length, until: clock.monotonic() });
          list.update(instances(...present));
          expect(ids()).toEqual(expect.arrayContaining(present));
          expect(new Set(ids()).size).toBe(ids().length);
          const late = lengths.filter(({ until }) => until > clock.monotonic() - HOLD);
          for (const { length } of late) expect(ids().length * 2).toBeGreaterThanOrEqual(length);
          const before = holds.length;
          await clock.advance(wait);
          if (holds.length > before) lengths = [];
        }
        await clock.advance(HOLD);
        expect(ids()).toEqual(steps.at(-1)?.answer);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
