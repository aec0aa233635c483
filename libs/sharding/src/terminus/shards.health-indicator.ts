import { optionsObject, resolveOptions } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { z } from 'zod';
import { ShardRouter } from '../core/shard-router.js';

/** Options of {@link ShardsHealthIndicator.isHealthy}. */
export interface ShardsHealthOptions {
  /** So many shards may be away: the answer is `degraded` then, which does not fail the health check. Default 0. */
  readonly maxAway?: number;
}

const healthOptionsSchema = optionsObject({ maxAway: z.int().nonnegative().default(0) });

/**
 * The health of the shards, for @nestjs/terminus: `up` while all of them are, `down` when more than `maxAway` are not. It
 * tells what the router knows already and asks no database, so it is quick and cannot hang. Provide it in the module of
 * your health controller.
 */
@Injectable()
export class ShardsHealthIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly router: ShardRouter,
  ) {}

  /**
   * Every shard by name, with its state; no addresses, users or passwords.
   *
   * @throws EnvolError `ENVOL_SHARDING_INVALID_OPTIONS`
   */
  isHealthy<const Key extends string>(key: Key, options: ShardsHealthOptions = {}): HealthIndicatorResult<Key> {
    const { maxAway } = resolveOptions({ lib: 'sharding', what: 'isHealthy() options' }, healthOptionsSchema, options);
    const described = this.router.describe();
    const shards = Object.fromEntries(described.map(({ name, state }) => [name, { state }]));
    const away = described.filter(({ state }) => state !== 'up').length;
    const session = this.health.check(key);
    if (away === 0) return session.up({ shards });
    return away <= maxAway ? session.degraded({ shards }) : session.down({ shards });
  }
}
