import { describe, expect, it } from '@jest/globals';
import { RetainedMemory } from './retained-memory.js';

const minor = (at: number) => ({ kind: 'minor', at }) as const;
const major = (at: number) => ({ kind: 'major', at }) as const;
const full = (at: number) => ({ kind: 'full', at }) as const;

describe('RetainedMemory', () => {
  it('knows nothing until a major collection has shown what is left, however full the heap', () => {
    const heap = new RetainedMemory(false);
    heap.observe(900, 1, []);
    heap.observe(950, 2, [minor(1)]);
    expect(heap.bytes).toBe(0);
    heap.observe(400, 3, [major(2)]);
    expect(heap.bytes).toBe(400);
    expect(heap.settledAt).toBe(3);
  });

  it('does not grow with garbage, and is never more than the reading', () => {
    const heap = new RetainedMemory(false);
    heap.observe(400, 1, [major(0)]);
    heap.observe(900, 2, [minor(1)]);
    expect(heap.bytes).toBe(400);
    heap.observe(300, 3, []);
    heap.observe(500, 4, []);
    expect(heap.bytes).toBe(300);
  });

  it('is lowered by what was given back until the next collection', () => {
    const heap = new RetainedMemory(false);
    heap.observe(400, 1, [major(0)]);
    heap.freed(150, 2);
    heap.observe(420, 3, []);
    expect(heap.bytes).toBe(250);
    heap.observe(390, 4, [major(3)]);
    expect(heap.bytes).toBe(390);
    heap.freed(1_000, 5);
    expect(heap.bytes).toBe(0);
  });

  it('takes no collection for proof that ended before memory was given back, and is told of late', () => {
    const heap = new RetainedMemory(false);
    heap.observe(400, 1, [major(0)]);
    heap.freed(150, 5);
    heap.observe(410, 6, [major(4)]);
    expect(heap.bytes).toBe(250);
    heap.observe(260, 7, [major(6)]);
    expect(heap.bytes).toBe(260);
  });

  it('of memory off the heap believes the collection after a major one, in which V8 corrects its figure', () => {
    const external = new RetainedMemory(true);
    external.observe(800, 1, [major(0)]);
    expect(external.bytes).toBe(0);
    external.observe(300, 2, [minor(1)]);
    expect(external.bytes).toBe(300);
    external.observe(900, 3, [minor(2)]);
    expect(external.bytes).toBe(300);
    external.observe(850, 4, [major(3), minor(3.5)]);
    expect(external.bytes).toBe(850);
    external.observe(100, 5, [full(4)]);
    expect(external.bytes).toBe(100);
  });
});
