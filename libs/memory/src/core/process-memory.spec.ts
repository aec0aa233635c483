import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { checkContainer } from './container-check.js';
import { SystemMemory, type ProcessMemory } from './process-memory.js';

const MB = 1024 ** 2;

describe('SystemMemory', () => {
  it('reads what process.memoryUsage() says', () => {
    const readings = new SystemMemory(new ManualClock()).read();
    const usage = process.memoryUsage();
    for (const key of ['heapUsed', 'external', 'arrayBuffers', 'rss'] as const) {
      expect(readings[key]).toBeGreaterThan(usage[key] / 2);
      expect(readings[key]).toBeLessThan(usage[key] * 2 + MB);
    }
  });

  it('reads RSS and array buffers once a second at most, or when they must be fresh', async () => {
    const clock = new ManualClock();
    const memory = new SystemMemory(clock);
    const before = memory.read().arrayBuffers;
    const held = [new ArrayBuffer(256 * MB)];
    await clock.advance(999);
    expect(memory.read().arrayBuffers).toBe(before);
    // Others come and go meanwhile, but not that much.
    expect(memory.read(true).arrayBuffers).toBeGreaterThan(before + 128 * MB);
    held.push(new ArrayBuffer(256 * MB));
    await clock.advance(1_000);
    expect(memory.read().arrayBuffers).toBeGreaterThan(before + 384 * MB);
    expect(held).toHaveLength(2);
  });

  it('takes a limit of the container that is none for the memory of the machine', () => {
    const { containerMemory, heapLimit, heapSizeLimit } = new SystemMemory(new ManualClock());
    expect(containerMemory).toBeGreaterThan(64 * MB);
    expect(containerMemory).toBeLessThan(2 ** 50);
    expect(heapLimit).toBeLessThan(heapSizeLimit);
  });
});

describe('checkContainer', () => {
  const memory = (heapSizeLimit: number, container: number, isContained = true): ProcessMemory => ({
    heapLimit: (heapSizeLimit - 4) * MB,
    heapSizeLimit: heapSizeLimit * MB,
    containerMemory: container * MB,
    isContained,
    read: () => ({ heapUsed: 0, external: 10 * MB, arrayBuffers: 0, rss: 0 }),
  });

  it('is silent when the heap, what lies off it and 15 % fit', () => {
    expect(checkContainer(memory(300, 357))).toBeUndefined();
  });

  it('says what to do when they do not', () => {
    const message = checkContainer(memory(300, 356));
    expect(message).toContain('may need 357 MB, and the container has 356 MB');
    expect(message).toContain('--max-old-space-size=295 or less');
    expect(checkContainer(memory(295 + 4, 356))).toBeUndefined();
  });

  it('does not advise a heap of less than nothing, and knows a machine from a container', () => {
    expect(checkContainer(memory(300, 10))).toMatch(/heap\. Give it more memory\.$/);
    expect(checkContainer(memory(3_000, 1_000, false))).toContain('the machine has 1000 MB');
  });
});
