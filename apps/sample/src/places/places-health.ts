import { ShardsHealthIndicator } from '@envol/sharding/terminus';
import { Injectable } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';

/** Which shards a replica can use. */
@Injectable()
export class PlacesHealth {
  constructor(
    private readonly health: HealthCheckService,
    private readonly shards: ShardsHealthIndicator,
  ) {}

  /** @throws ServiceUnavailableException with the result as its answer when a shard is away */
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.shards.isHealthy('shards')]);
  }
}
