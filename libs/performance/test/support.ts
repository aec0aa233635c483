import { CLOCK } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { Module, type DynamicModule, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { PerformanceModule, PrometheusExporter, type PerformanceModuleOptions } from '../src/index.js';

@Module({})
class ClockModule {}

/** A global module with a clock that stands still. */
export function clockModule(clock: ManualClock): DynamicModule {
  return { module: ClockModule, global: true, providers: [{ provide: CLOCK, useValue: clock }], exports: [CLOCK] };
}

/** The module as tests want it: every scrape is new. */
export function performanceModule(options: PerformanceModuleOptions = {}): DynamicModule {
  return PerformanceModule.forRoot({ cacheFor: 0, ...options });
}

/** Applications that a test has started. */
export class StartedApps {
  readonly #apps: INestApplication[] = [];

  /** Starts an application on a free port of this machine. */
  async start(metadata: ModuleMetadata, prepare: (app: INestApplication) => unknown = () => undefined) {
    const module = await Test.createTestingModule(metadata).compile();
    const app = module.createNestApplication({ logger: false, forceCloseConnections: true });
    this.#apps.push(app);
    await prepare(app);
    await app.listen(0, '127.0.0.1');
    return app;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#apps.splice(0).map((app) => app.close()));
  }
}

/** What a scrape of the application would get. */
export function scrape(app: INestApplication): Promise<string> {
  return app.get(PrometheusExporter).text();
}
