import { getHeapStatistics, GCProfiler } from 'node:v8';
import { median } from '../statistics/quantile.js';
import type { Workload } from './workload.js';

/** Bytes that a call allocates on the heap: the median of so many batches of `count` calls. */
export async function allocatedPerCall(workload: Workload, count: number, batches: number): Promise<number> {
  const readings: number[] = [];
  while (readings.length < batches) {
    const ofReading = await allocated(workload, 0);
    readings.push((await allocated(workload, count)) - ofReading);
  }
  return Math.max(0, median(readings)) / count;
}

/**
 * What is on the heap after the batch and was not before, and what collections in between took away: V8's profiler of
 * collections tells the size before and after each.
 */
async function allocated(workload: Workload, count: number): Promise<number> {
  const profiler = new GCProfiler();
  profiler.start();
  const before = getHeapStatistics().used_heap_size;
  await workload.run(count);
  const after = getHeapStatistics().used_heap_size;
  const freed = profiler.stop().statistics.map(({ beforeGC, afterGC }) => usedOf(beforeGC) - usedOf(afterGC));
  return freed.reduce((sum, bytes) => sum + bytes, after - before);
}

function usedOf({ heapStatistics }: { readonly heapStatistics: { readonly usedHeapSize: number } }): number {
  return heapStatistics.usedHeapSize;
}
