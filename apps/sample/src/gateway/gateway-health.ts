import { CacheHealthIndicator } from '@envol/cache/terminus';
import { Lifecycle } from '@envol/common';
import { DiscoveryHealthIndicator } from '@envol/discovery/terminus';
import { MemoryHealthIndicator } from '@envol/memory/terminus';
import { Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';

/** Whether the gateway should get traffic, and what speaks against it. */
@Injectable()
export class GatewayHealth {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: Lifecycle,
    private readonly cache: CacheHealthIndicator,
    private readonly discovery: DiscoveryHealthIndicator,
    private readonly memory: MemoryHealthIndicator,
  ) {}

  /** @throws ServiceUnavailableException with the result as its answer when something is down */
  check(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.#lifecycle(),
      () => this.cache.isHealthy('cache'),
      () => this.discovery.isHealthy('places', { service: 'places' }),
      () => this.memory.isHealthy('memory'),
    ]);
  }

  #lifecycle() {
    const { phase, waitingFor } = this.lifecycle;
    const session = this.indicators.check('lifecycle');
    return phase === 'ready' ? session.up({ phase }) : session.down({ phase, waitingFor });
  }
}
