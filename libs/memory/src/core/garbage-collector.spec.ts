import { execFileSync } from 'node:child_process';
import { getHeapStatistics } from 'node:v8';
import { runInNewContext, Script } from 'node:vm';
import { eventually, ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { acquireGc, GarbageCollector, type Gc } from './garbage-collector.js';
import { observeCollections } from './gc-events.js';

describe('acquireGc', () => {
  it('gives a function that collects, and leaves no trace of the flag', () => {
    const gc = acquireGc();
    if (gc === undefined) throw new Error('no gc');
    const held: { garbage?: number[][] } = {
      garbage: Array.from({ length: 40_000 }, () => Array<number>(100).fill(1)),
    };
    const full = getHeapStatistics().used_heap_size;
    delete held.garbage;
    gc();
    expect(full - getHeapStatistics().used_heap_size).toBeGreaterThan(16 * 1024 ** 2);
    expect(typeof globalThis.gc).toBe('undefined');
    expect(runInNewContext('typeof gc')).toBe('undefined');
  });

  it('does not have V8 reject compile caches: neither those of other processes, nor its own elsewhere', () => {
    const source = '(function answer() { return 42; })';
    const made = `process.stdout.write(new vm.Script(${JSON.stringify(source)}).createCachedData().toString('base64'))`;
    const options = { encoding: 'utf8' } as const;
    const cachedData = Buffer.from(execFileSync(process.execPath, ['-e', made], options), 'base64');
    acquireGc()?.();
    const script = new Script(source, { cachedData });
    expect(script.cachedDataRejected).toBe(false);
    const used = `process.stdout.write(String(new vm.Script(${JSON.stringify(source)}, { cachedData: Buffer.from(process.argv[1], 'base64') }).cachedDataRejected))`;
    const own = script.createCachedData().toString('base64');
    expect(execFileSync(process.execPath, ['-e', used, own], options)).toBe('false');
    // What the trick must not do: this is how V8 answers a process whose flag is on.
    expect(execFileSync(process.execPath, ['--expose-gc', '-e', used, own], options)).toBe('true');
  });

  it('takes the function that is there', () => {
    const gc: Gc = () => undefined;
    Object.assign(globalThis, { gc });
    try {
      expect(acquireGc()).toBe(gc);
    } finally {
      Reflect.deleteProperty(globalThis, 'gc');
    }
  });
});

describe('GarbageCollector', () => {
  function collectorThatTakes(milliseconds: number) {
    let time = 0;
    const clock = { now: () => time, monotonic: () => time, setTimeout: () => ({ cancel() {} }) };
    const calls: string[] = [];
    const gc: Gc = (options) => {
      calls.push(options?.type ?? 'major');
      if (options === undefined) time += milliseconds;
    };
    return { collector: new GarbageCollector(gc, 1_000, clock), calls, wait: (duration: number) => (time += duration) };
  }

  it('collects all, then the young generation, in which V8 counts off what was freed beside the heap', () => {
    const { collector, calls } = collectorThatTakes(30);
    expect(collector.collect()).toBe(30);
    expect(calls).toEqual(['major', 'minor']);
    expect(collector).toMatchObject({ isAvailable: true, collections: 1, lastDuration: 30 });
  });

  it('collects not more often than it may', () => {
    const { collector, wait } = collectorThatTakes(30);
    collector.collect();
    wait(999);
    expect(collector.collect()).toBeUndefined();
    wait(1);
    expect(collector.collect()).toBe(30);
    expect(collector.collections).toBe(2);
  });

  it('spends at most a twentieth of the time on it', () => {
    const { collector, wait } = collectorThatTakes(500);
    collector.collect();
    wait(9_999);
    expect(collector.collect()).toBeUndefined();
    wait(1);
    expect(collector.collect()).toBe(500);
  });

  it('does nothing where there is no function', () => {
    const collector = new GarbageCollector(undefined, 1_000, new ManualClock());
    expect(collector.collect()).toBeUndefined();
    expect(collector.isAvailable).toBe(false);
  });
});

describe('observeCollections', () => {
  it('tells of the collections of the process until it is stopped, with their time', async () => {
    const gc = acquireGc();
    const seen: string[] = [];
    const before = performance.now();
    const stop = observeCollections((collections) => {
      for (const { kind, at } of collections) if (at > before && at <= performance.now()) seen.push(kind);
    });
    gc?.();
    gc?.({ type: 'minor' });
    await eventually(() => expect(seen).toEqual(expect.arrayContaining(['major', 'minor'])));
    stop();
  });
});
