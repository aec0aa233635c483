import type { Lifecycle } from '@envol/common';
import { MetricsController, PrometheusExporter } from '@envol/performance';
import { Controller, Get, Inject, Module, ServiceUnavailableException, type DynamicModule } from '@nestjs/common';
import type { HealthCheckResult } from '@nestjs/terminus';

/** What the management side shows of a process; it has no objects of its own. */
export interface Managed {
  readonly lifecycle: Lifecycle;
  readonly metrics: PrometheusExporter;
  /** As Terminus has it: rejects with ServiceUnavailableException when something is down. */
  readonly health: () => Promise<HealthCheckResult>;
  readonly describe: () => object;
}

const MANAGED = Symbol('atlas:managed');

/** What the people who run Atlas may see, on a port that the world does not reach. */
@Controller()
class ManagementController {
  constructor(@Inject(MANAGED) private readonly managed: Managed) {}

  @Get('health')
  async health() {
    const { phase, waitingFor } = this.managed.lifecycle;
    return { phase, waitingFor, uptimeSeconds: Math.round(process.uptime()), checks: await this.#checks() };
  }

  @Get('describe')
  describe(): object {
    return this.managed.describe();
  }

  /** For people, so that it is an answer too when something is down. */
  async #checks(): Promise<string | object> {
    try {
      return await this.managed.health();
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse();
      throw error;
    }
  }
}

/** A second application in a process of Atlas, on a port of its own on 127.0.0.1. */
@Module({})
export class ManagementModule {
  static of(managed: Managed): DynamicModule {
    return {
      module: ManagementModule,
      controllers: [ManagementController, MetricsController],
      providers: [
        { provide: MANAGED, useValue: managed },
        { provide: PrometheusExporter, useValue: managed.metrics },
      ],
    };
  }
}
