import { describe, expect, it } from '@jest/globals';
import type { MemoryPressure } from '../src/index.js';
import { FakeProcess } from './fake-process.js';

const limits = { heapUsed: { soft: 500, hard: 900 } };

describe('MemoryMonitor', () => {
  it('gives back what is needed from all caches in proportion, then collects, and is under its limit', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    const [big, small] = [process.cache('big', 400), process.cache('small', 100)];
    for (const cache of [big, small]) monitor.register(cache);
    process.live += 50;
    monitor.start();
    process.collect();
    await monitor.check();
    expect([big.bytes, small.bytes]).toEqual([320, 80]);
    expect(process.forcedCollections).toBe(1);
    expect(monitor.monitor().current['heapUsed']).toBe(450);
    expect(process.metrics.value('envol_memory_reclaimed_bytes_total', { source: 'big' })).toBe(80);
    expect(process.metrics.value('envol_memory_reclaims_total', { source: 'small' })).toBe(1);
    expect(process.metrics.value('envol_memory_gc_forced_total')).toBe(1);
    monitor.stop();
  });

  it('leaves caches alone when a collection will do', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    const cache = process.cache('cache', 300);
    monitor.register(cache);
    process.garbage = 600;
    monitor.start();
    await monitor.check();
    expect(process.forcedCollections).toBe(1);
    expect(cache.fractions).toEqual([]);
    expect(monitor.level).toBe('normal');
    monitor.stop();
  });

  it('acts on what its own collection shows at once', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    const cache = process.cache('cache', 600);
    monitor.register(cache);
    monitor.start();
    await process.clock.advance(0);
    expect([process.forcedCollections, cache.bytes]).toEqual([1, 450]);
    monitor.stop();
  });

  it('acts when V8 has collected, without waiting for its next sample', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits, interval: '1h', gc: { enabled: false } });
    const cache = process.cache('cache', 0);
    monitor.register(cache);
    monitor.start();
    cache.bytes = process.live = 600;
    process.collect();
    await process.clock.advance(0);
    expect(cache.bytes).toBe(450);
    monitor.stop();
  });

  it('takes a sample at every interval', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ interval: '2s' });
    monitor.start();
    process.live = 42;
    await process.clock.advance(1_999);
    expect(monitor.monitor().current['heapUsed']).toBe(0);
    await process.clock.advance(1);
    expect(monitor.monitor().current['heapUsed']).toBe(42);
    process.live = 7;
    await process.clock.advance(2_000);
    expect(monitor.monitor()).toMatchObject({ current: { heapUsed: 7 }, peak: { heapUsed: 42 } });
    monitor.stop();
  });

  it('reclaims only the reclaimable whose own limit is passed', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits: { 'cache:a': 100 } });
    const [a, b] = [process.cache('cache:a', 150), process.cache('cache:b', 150)];
    for (const cache of [a, b]) monitor.register(cache);
    monitor.start();
    await monitor.check();
    expect([a.bytes, b.bytes]).toEqual([90, 150]);
    expect(process.forcedCollections).toBe(0);
    monitor.stop();
  });

  it('has a limit for each key, set at any time, and compares each with its own', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor();
    monitor.register({ ...process.cache('sessions', 40), reclaim: () => undefined });
    monitor.setLimit('heapUsed', 300);
    monitor.setLimit('sessions', { soft: 30, hard: '5%' });
    monitor.setLimit('external', '1%');
    monitor.start();
    process.collect();
    expect(monitor.monitor()).toEqual({
      current: { heapUsed: 40, external: 0, arrayBuffers: 0, rss: 0, sessions: 40 },
      peak: { heapUsed: 40, external: 0, arrayBuffers: 0, rss: 0, sessions: 40 },
      limits: {
        heapUsed: { soft: 300, hard: 900 },
        sessions: { soft: 30, hard: 50 },
        external: { soft: 100 },
        rss: { soft: 8_500 },
      },
      level: { heapUsed: 'normal', external: 'normal', arrayBuffers: 'normal', rss: 'normal', sessions: 'soft' },
    });
    expect(process.metrics.value('envol_memory_limit_bytes', { key: 'sessions', level: 'hard' })).toBe(50);
    monitor.setLimit('sessions', false);
    await monitor.check();
    expect(monitor.level).toBe('normal');
    expect(process.metrics.value('envol_memory_limit_bytes', { key: 'sessions', level: 'hard' })).toBe(Infinity);
    monitor.stop();
  });

  it('refuses a soft limit that is not below the hard one, and keeps the old', () => {
    const monitor = new FakeProcess().monitor();
    expect(() => monitor.setLimit('heapUsed', 900)).toThrow(
      expect.objectContaining({ code: 'ENVOL_MEMORY_INVALID_LIMIT' }),
    );
    expect(monitor.monitor().limits['heapUsed']).toEqual({ soft: 750, hard: 900 });
  });

  it('tells of every change of the level: what it is, what is over, and by how much', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits, hysteresis: { leaveAfter: '1s' } });
    const told: MemoryPressure[] = [];
    const stopTelling = monitor.onLevelChange((pressure) => told.push(pressure));
    monitor.start();
    process.live = 950;
    process.collect();
    expect(monitor.level).toBe('hard');
    process.live = 100;
    await process.clock.advance(2_000);
    expect(told).toEqual([
      {
        level: 'hard',
        previous: 'normal',
        keys: ['heapUsed'],
        current: expect.objectContaining({ heapUsed: 950 }),
        limits: expect.objectContaining({ heapUsed: { soft: 500, hard: 900 } }),
      },
      expect.objectContaining({ level: 'normal', previous: 'hard', keys: [] }),
    ]);
    stopTelling();
    process.live = 950;
    process.collect();
    expect(told).toHaveLength(2);
    monitor.stop();
  });

  it('goes on when a listener throws', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    const told: string[] = [];
    monitor.onLevelChange(() => {
      throw new Error('mine');
    });
    monitor.onLevelChange(({ level }) => told.push(level));
    monitor.start();
    process.live = 600;
    process.collect();
    expect(told).toEqual(['soft']);
    expect(process.events).toContainEqual({
      type: 'listener-failed',
      cause: expect.objectContaining({ message: 'mine' }),
    });
    monitor.stop();
  });

  it('goes on when what a listener promised is rejected, and tells of it', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    monitor.onLevelChange(() => Promise.reject(new Error('mine, later')));
    monitor.start();
    process.live = 600;
    process.collect();
    await process.clock.advance(0);
    expect(process.events).toContainEqual({
      type: 'listener-failed',
      cause: expect.objectContaining({ message: 'mine, later' }),
    });
    monitor.stop();
  });

  it('is not stopped by a reclaimable that fails or hangs: the others give, garbage is collected, and it is told once', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits, gc: { minInterval: '1s' } });
    const [good, failing, hanging] = [
      process.cache('good', 200),
      process.cache('failing', 200),
      process.cache('hanging', 200),
    ];
    failing.reclaim = () => Promise.reject(new Error('no'));
    hanging.reclaim = () => new Promise<void>(() => undefined);
    for (const cache of [good, failing, hanging]) monitor.register(cache);
    monitor.start();
    process.collect();
    await process.clock.advance(10_000);
    expect(good.bytes).toBeLessThan(200);
    expect(process.forcedCollections).toBeGreaterThan(0);
    const failures = process.events.filter(({ type }) => type === 'reclaim-failed');
    expect(failures).toEqual([
      expect.objectContaining({ name: 'failing' }),
      expect.objectContaining({ name: 'hanging' }),
    ]);
    expect(process.metrics.value('envol_memory_reclaim_failures_total', { source: 'failing' })).toBeGreaterThan(1);
    expect(process.metrics.value('envol_memory_reclaim_failures_total', { source: 'hanging' })).toBe(1);
    monitor.stop();
  });

  it('runs one relief at a time', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits, hysteresis: { cooldown: 0 } });
    const cache = process.cache('slow', 600);
    let running = 0;
    let most = 0;
    cache.reclaim = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => process.clock.setTimeout(resolve, 900));
      running -= 1;
    };
    monitor.register(cache);
    monitor.start();
    process.collect();
    await process.clock.advance(10_000);
    expect(most).toBe(1);
    monitor.stop();
  });

  it('recovers from a leak that is released, though nothing is allocated any more', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    monitor.start();
    process.live = 950;
    await process.clock.advance(1_000);
    expect(monitor.level).toBe('hard');
    process.live = 100;
    process.garbage = 850;
    await process.clock.advance(60_000);
    expect(monitor.level).toBe('normal');
    monitor.stop();
  });

  describe('at the hard level, where no collection can be forced and none happens', () => {
    const settings = { limits, gc: { enabled: false }, hysteresis: { leaveAfter: '3s' } } as const;

    it('lets requests through again after a while, and the next collection decides', async () => {
      const process = new FakeProcess();
      const monitor = process.monitor(settings);
      const told: string[] = [];
      monitor.onLevelChange(({ level }) => void told.push(level));
      monitor.start();
      process.live = 950;
      process.collect();
      process.live = 100;
      process.garbage = 850;
      await process.clock.advance(7_999);
      expect(monitor.level).toBe('hard');
      await process.clock.advance(501);
      expect(monitor.level).toBe('soft');
      await process.clock.advance(60_000);
      process.collect();
      await process.clock.advance(3_500);
      expect(told).toEqual(['hard', 'soft', 'normal']);
      monitor.stop();
    });

    it('sheds again at once when that collection shows that nothing was freed, as often as needed', async () => {
      const process = new FakeProcess();
      const monitor = process.monitor(settings);
      monitor.start();
      process.live = 950;
      for (let round = 0; round < 3; round++) {
        process.collect();
        expect(monitor.level).toBe('hard');
        await process.clock.advance(7_500);
        expect(monitor.level).toBe('hard');
        await process.clock.advance(10_000);
        expect(monitor.level).toBe('soft');
      }
      monitor.stop();
    });

    it('stays while collections go on showing it, and for what is known without one', async () => {
      const process = new FakeProcess();
      const monitor = process.monitor({
        ...settings,
        limits: { heapUsed: limits.heapUsed, load: { soft: 10, hard: 20 } },
      });
      monitor.start();
      process.live = 950;
      for (let round = 0; round < 10; round++) {
        process.collect();
        await process.clock.advance(4_000);
        expect(monitor.level).toBe('hard');
      }
      process.live = 0;
      process.collect();
      monitor.register({ name: 'load', bytes: 20, reclaim: () => undefined });
      await process.clock.advance(60_000);
      expect(monitor.monitor().level).toMatchObject({ heapUsed: 'normal', load: 'hard' });
      monitor.stop();
    });
  });

  it('stays at the hard level where collections can be forced, as long as they show it', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits, gc: { minInterval: '20s' } });
    const told: string[] = [];
    monitor.onLevelChange(({ level }) => void told.push(level));
    monitor.start();
    process.live = 950;
    process.collect();
    await process.clock.advance(120_000);
    expect(told).toEqual(['hard']);
    monitor.stop();
  });

  it('counts samples for enterSamples, not collections, and reads anew for each', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({
      limits,
      interval: '1s',
      hysteresis: { enterSamples: 3 },
      gc: { enabled: false },
    });
    process.live = 600;
    monitor.start();
    for (let collection = 0; collection < 20; collection++) process.collect();
    await process.clock.advance(2_000);
    expect(monitor.level).toBe('normal');
    await process.clock.advance(1_000);
    expect(monitor.level).toBe('soft');
    expect(process.freshReads).toBe(4);
    monitor.stop();
  });

  it('keeps nothing of names that come and go', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor();
    for (let index = 0; index < 50; index++) {
      const unregister = monitor.register(process.cache(`upload-${index}`, 1));
      await monitor.check();
      unregister();
    }
    await monitor.check();
    expect(Object.keys(monitor.describe().keys)).toEqual(['heapUsed', 'external', 'arrayBuffers', 'rss']);
  });

  it('tells again of a failure under a name that had gone meanwhile', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits: { failing: 10, other: 10 }, hysteresis: { cooldown: 0 } });
    const failing = { name: 'failing', bytes: 20, reclaim: () => Promise.reject(new Error('no')) };
    const unregister = monitor.register(failing);
    monitor.register({ name: 'other', bytes: 20, reclaim: () => undefined });
    await monitor.check();
    await monitor.check();
    unregister();
    await monitor.check();
    monitor.register(failing);
    await monitor.check();
    expect(process.events.filter(({ type }) => type === 'reclaim-failed')).toHaveLength(2);
  });

  it('uses no forced collection when it must not', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits, gc: { enabled: false } });
    monitor.start();
    process.garbage = 800;
    await process.clock.advance(60_000);
    expect(process.forcedCollections).toBe(0);
    expect(monitor.describe().gc).toEqual({ isAvailable: false, forced: 0 });
    monitor.stop();
  });

  it('leaves nothing behind when it is stopped, and is at no level then', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    monitor.start();
    monitor.start();
    process.live = 950;
    await monitor.check();
    expect(monitor.level).toBe('hard');
    expect(process.clock.pendingTimers).toBe(1);
    monitor.stop();
    expect(monitor.level).toBe('normal');
    expect(process.clock.pendingTimers).toBe(0);
    expect(process.isObserved).toBe(false);
  });

  it('warns at the start of limits that cannot be passed, and of names that nobody has', () => {
    const process = new FakeProcess();
    const monitor = process.monitor({
      limits: { heapUsed: { soft: '2kb', hard: '3kb' }, 'cache:mian': 10, external: '100%' },
    });
    monitor.register(process.cache('cache:main', 10));
    monitor.start();
    monitor.setLimit('heapused', 5);
    const warnings = process.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings).toEqual([
      expect.stringContaining('The limit of "heapUsed"'),
      expect.stringContaining('"cache:mian" waits for a reclaimable of that name, and none is registered; did you mean "cache:main"?'), // prettier-ignore
      expect.stringContaining('The limit of "external"'),
      expect.stringContaining('did you mean "heapUsed"?'),
    ]);
    monitor.stop();
  });

  it('describes itself, and says nothing of what it does not know yet', async () => {
    const process = new FakeProcess();
    const monitor = process.monitor({ limits });
    monitor.register(process.cache('cache', 600));
    monitor.start();
    expect(monitor.describe().keys['heapUsed']).not.toHaveProperty('retained');
    await monitor.check();
    expect(monitor.describe()).toMatchObject({
      level: 'soft',
      heapLimit: 1_000,
      containerMemory: 10_000,
      keys: { heapUsed: { current: 600, retained: 450, limit: { soft: 500, hard: 900 }, level: 'soft' } },
      reclaimables: ['cache'],
      gc: { isAvailable: true, forced: 1, lastDuration: 0 },
    });
    monitor.stop();
  });

  it('sends every figure to the metrics, and does not make up series without end', () => {
    const process = new FakeProcess();
    const monitor = process.monitor();
    for (let index = 0; index < 150; index++) monitor.register(process.cache(`tenant-${index}`, 1));
    monitor.start();
    const names = [...new Set(process.metrics.series.map((series) => series.replace(/\{.*/, '')))];
    expect(names).toEqual([
      'envol_memory_array_buffers_bytes',
      'envol_memory_external_bytes',
      'envol_memory_gc_forced_seconds_total',
      'envol_memory_gc_forced_total',
      'envol_memory_heap_limit_bytes',
      'envol_memory_heap_used_bytes',
      'envol_memory_level',
      'envol_memory_limit_bytes',
      'envol_memory_reclaim_failures_total',
      'envol_memory_reclaimable_bytes',
      'envol_memory_reclaimed_bytes_total',
      'envol_memory_reclaims_total',
      'envol_memory_rss_bytes',
    ]);
    expect(process.metrics.value('envol_memory_heap_used_bytes')).toBe(150);
    expect(process.metrics.value('envol_memory_reclaimable_bytes', { source: 'tenant-0' })).toBe(1);
    const sources = process.metrics.series.filter((series) => series.startsWith('envol_memory_reclaims_total'));
    expect(sources).toHaveLength(101);
    for (let index = 0; index < 150; index++) monitor.setLimit(`tenant-${index}`, { soft: 10, hard: 20 });
    monitor.setLimit('external', 20);
    const limited = process.metrics.series.filter((series) => series.startsWith('envol_memory_limit_bytes'));
    expect(limited.filter((series) => series.includes('level="hard"'))).toHaveLength(99);
    expect(process.metrics.value('envol_memory_limit_bytes', { key: 'external', level: 'soft' })).toBe(20);
    monitor.stop();
  });
});
