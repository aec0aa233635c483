import { CLOCK, METRICS_SINK, RECLAIMABLES, type Reclaimable, type ReclaimableSource } from '@envol/common';
import { ManualClock, RecordingMetrics } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { Controller, Global, Injectable, Module, Scope, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { LoadShedder, MemoryGuard, MemoryModule, MemoryMonitor } from '../src/index.js';
import { MemoryUser, userLimits } from './memory-user.js';

type Imports = NonNullable<Parameters<typeof Module>[0]['imports']>;
type Classes = NonNullable<Parameters<typeof Module>[0]['providers']>;

/** What was logged of memory. */
const lines: string[] = [];
const write = (message: unknown, ...rest: readonly unknown[]): void => {
  if (rest.at(-1) === 'MemoryModule') lines.push(String(message));
};
const logger: LoggerService = { log: write, warn: write, error: write };

async function start(
  imports: Imports,
  providers: Classes = [],
  controllers: (new (...args: never[]) => object)[] = [],
) {
  lines.length = 0;
  const app = await Test.createTestingModule({ imports, providers, controllers }).setLogger(logger).compile();
  return app.init();
}

function holding(name: string, bytes: number): Reclaimable {
  return { name, bytes, reclaim: () => undefined };
}

describe('MemoryModule', () => {
  it('finds what can be reclaimed in providers and controllers of every module, each instance once', async () => {
    @Injectable()
    class Caches implements ReclaimableSource {
      [RECLAIMABLES]() {
        return [holding('cache:a', 1), holding('cache:b', 2)];
      }
    }

    @Controller()
    class Reports implements ReclaimableSource {
      [RECLAIMABLES]() {
        return [holding('reports', 3)];
      }
    }

    @Module({ providers: [Caches, { provide: 'ALIAS', useExisting: Caches }], controllers: [Reports] })
    class FeatureModule {}

    const made = { [RECLAIMABLES]: () => [holding('made', 4)] };
    const app = await start([MemoryModule.forRoot({}), FeatureModule], [{ provide: 'MADE', useFactory: () => made }]);
    const monitor = app.get(MemoryMonitor);
    expect(monitor.describe().reclaimables.toSorted()).toEqual(['cache:a', 'cache:b', 'made', 'reports']);
    expect(monitor.monitor().current).toMatchObject({ 'cache:a': 1, 'cache:b': 2, made: 4, reports: 3 });
    await app.close();
  });

  it('takes more at run time, until they are taken out', async () => {
    const app = await start([MemoryModule.forRoot({})]);
    const monitor = app.get(MemoryMonitor);
    const unregister = monitor.register(holding('late', 5));
    await monitor.check();
    expect(monitor.monitor().current['late']).toBe(5);
    unregister();
    await monitor.check();
    expect(monitor.monitor().current).not.toHaveProperty('late');
    await app.close();
  });

  it('asks a found reclaimable for what it is over', async () => {
    const app = await start([MemoryModule.forRoot({ limits: { user: 80 } })], [MemoryUser]);
    const user = app.get(MemoryUser);
    user.bytes = 90;
    await app.get(MemoryMonitor).check();
    expect(user.fractions).toEqual([0.2]);
    await app.close();
  });

  it('says that it leaves out what is request-scoped', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest implements ReclaimableSource {
      [RECLAIMABLES](): Reclaimable[] {
        throw new Error('never called');
      }
    }

    const app = await start([MemoryModule.forRoot({})], [PerRequest]);
    await app.close();
    expect(lines).toContainEqual(expect.stringContaining('PerRequest is request-scoped or transient'));
  });

  it('refuses a reclaimable that is none, at the start', async () => {
    const junk = { [RECLAIMABLES]: () => [{ name: 'junk' }] };
    const started = start([MemoryModule.forRoot({})], [{ provide: 'JUNK', useValue: junk }]);
    await expect(started).rejects.toMatchObject({ code: 'ENVOL_MEMORY_INVALID_RECLAIMABLE' });
  });

  it('gives its services to every module, and only to those that import it when it is not global', async () => {
    @Injectable()
    class Feature {
      constructor(
        readonly monitor: MemoryMonitor,
        readonly shedder: LoadShedder,
        readonly guard: MemoryGuard,
      ) {}
    }

    @Module({ providers: [Feature] })
    class FeatureModule {}

    const app = await start([MemoryModule.forRoot({}), FeatureModule]);
    expect(app.get(Feature, { strict: false }).monitor).toBe(app.get(MemoryMonitor));
    await app.close();
    await expect(start([MemoryModule.forRoot({ isGlobal: false }), FeatureModule])).rejects.toThrow(/MemoryMonitor/);
  });

  it('takes clock and metrics from the application, and keeps no timer after the end', async () => {
    const clock = new ManualClock();
    const metrics = new RecordingMetrics();

    @Global()
    @Module({
      providers: [
        { provide: CLOCK, useValue: clock },
        { provide: METRICS_SINK, useValue: metrics },
      ],
      exports: [CLOCK, METRICS_SINK],
    })
    class Globals {}

    const app = await start([Globals, MemoryModule.forRoot(userLimits)], [MemoryUser]);
    app.get(MemoryUser).bytes = 20;
    await clock.advance(500);
    expect(metrics.value('envol_memory_level')).toBe(2);
    expect(metrics.value('envol_memory_shed_total', { place: 'server' })).toBe(0);
    await app.close();
    expect(clock.pendingTimers).toBe(0);
    expect(metrics.value('envol_memory_level')).toBe(0);
  });

  it('refuses wrong options alike, given directly or by a factory', async () => {
    const options: object = { limts: { heapUsed: '80%' } };
    const error = {
      code: 'ENVOL_MEMORY_INVALID_OPTIONS',
      message: expect.stringContaining('"limts" is not an option, did you mean "limits"?'),
    };
    await expect(start([MemoryModule.forRoot(options)])).rejects.toMatchObject(error);
    const byFactory = MemoryModule.forRootAsync({ useFactory: async () => options });
    await expect(start([byFactory])).rejects.toMatchObject(error);
    const tooLow = MemoryModule.forRoot({ limits: { heapUsed: { soft: '80%', hard: '70%' } } });
    await expect(start([tooLow])).rejects.toMatchObject({ code: 'ENVOL_MEMORY_INVALID_LIMIT' });
  });

  it('keeps two applications of one process apart', async () => {
    const [one, two] = await Promise.all([
      start([MemoryModule.forRoot(userLimits)], [MemoryUser]),
      start([MemoryModule.forRoot(userLimits)], [MemoryUser]),
    ]);
    one.get(MemoryUser).bytes = 20;
    await Promise.all([one.get(MemoryMonitor).check(), two.get(MemoryMonitor).check()]);
    expect([one.get(MemoryMonitor).level, two.get(MemoryMonitor).level]).toEqual(['hard', 'normal']);
    await Promise.all([one.close(), two.close()]);
  });

  it('logs levels with the figures that were over', async () => {
    const limits = { ...userLimits.limits, user: { soft: '10mb', hard: '20mb' } } as const;
    const app = await start([MemoryModule.forRoot({ ...userLimits, limits })], [MemoryUser]);
    for (const megabytes of [11, 21, 0]) {
      app.get(MemoryUser).bytes = megabytes * 1024 ** 2;
      await app.get(MemoryMonitor).check();
    }
    await app.close();
    expect(lines).toEqual([
      'Memory is over a soft limit, giving some back: user 11 MB (limit 10 MB)',
      'Memory is over a hard limit, shedding requests: user 21 MB (limit 20 MB)',
      'Memory is back to normal',
    ]);
  });

  it('does not say that it sheds when it does not', async () => {
    const app = await start([MemoryModule.forRoot({ ...userLimits, shed: { enabled: false } })], [MemoryUser]);
    app.get(MemoryUser).bytes = 20;
    await app.get(MemoryMonitor).check();
    await app.close();
    expect(lines).toEqual(['Memory is over a hard limit: user 0 MB (limit 0 MB)']);
  });

  it('starts without an HTTP server', async () => {
    @Module({ imports: [MemoryModule.forRoot({})] })
    class WorkerModule {}

    const app = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
    expect(app.get(MemoryMonitor).monitor().current['heapUsed']).toBeGreaterThan(0);
    await app.close();
  });
});
