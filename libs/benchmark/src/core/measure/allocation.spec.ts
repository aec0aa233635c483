import { describe, expect, it } from '@jest/globals';
import { allocatedPerCall } from './allocation.js';
import * as loops from './loop.js';
import { processTimes } from './process-times.js';
import { Workload } from './workload.js';

function allocated(fn: () => unknown, count: number): Promise<number> {
  const workload = new Workload({ fn, inputs: [undefined], isAsync: false, loops, times: processTimes });
  return allocatedPerCall(workload, count, 3);
}

describe('allocatedPerCall', () => {
  const list = Array.from({ length: 1_000 }, (_, index) => index);
  // Eight bytes an element, or four where V8 compresses pointers.
  const bytes = { least: 3_900, most: 9_000 };

  it('is what a call allocates', async () => {
    const heap = await allocated(() => list.slice(), 100);
    expect(heap).toBeGreaterThan(bytes.least);
    expect(heap).toBeLessThan(bytes.most);
  });

  it('counts what was collected meanwhile', async () => {
    // More than the young generation holds.
    const heap = await allocated(() => list.slice(), 10_000);
    expect(heap).toBeGreaterThan(bytes.least);
    expect(heap).toBeLessThan(bytes.most);
  });

  it('is about nothing for what allocates nothing', async () => {
    let count = 0;
    expect(await allocated(() => void (count = (count + 1) & 1023), 100_000)).toBeLessThan(8);
  });
});
