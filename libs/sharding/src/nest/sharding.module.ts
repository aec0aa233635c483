import { CLOCK, EnvolError, METRICS_SINK, noMetrics, systemClock, type Clock, type MetricsSink } from '@envol/common';
import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { resolveShardingOptions, type ResolvedShardingOptions } from '../core/options.js';
import { ShardRouter } from '../core/shard-router.js';
import type { EntityClass } from '../core/sharded-entity.js';
import { ConfigurableModuleClass } from './sharding.module-definition.js';
import { RAW_OPTIONS, SHARDED_ENTITIES, SHARDING_OPTIONS } from './tokens.js';

/**
 * Shards the entities over several databases. Import it once, with `forRoot` or `forRootAsync`; providers that inject
 * a repository or the {@link ShardRouter} are made after the first attempt to connect every shard.
 */
@Module({
  providers: [
    { provide: SHARDING_OPTIONS, useFactory: resolveShardingOptions, inject: [RAW_OPTIONS] },
    {
      provide: ShardRouter,
      useFactory: connectedRouter,
      inject: [
        SHARDING_OPTIONS,
        SHARDED_ENTITIES,
        { token: CLOCK, optional: true },
        { token: METRICS_SINK, optional: true },
      ],
    },
  ],
  exports: [ShardRouter],
})
export class ShardingModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(private readonly router: ShardRouter) {
    super();
  }

  /** Comes after the server has answered its last request, which may need the database. */
  async onApplicationShutdown(): Promise<void> {
    await this.router.close();
  }
}

async function connectedRouter(
  options: ResolvedShardingOptions,
  entities: readonly EntityClass[],
  clock: Clock = systemClock,
  metrics: MetricsSink = noMetrics,
): Promise<ShardRouter> {
  if (entities.length === 0) {
    throw new EnvolError(
      'ENVOL_SHARDING_INVALID_OPTIONS',
      'ShardingModule options: entities: expected one entity at least',
      'List the sharded entities beside the other options; with forRootAsync beside useFactory.',
    );
  }
  const logger = new Logger('ShardingModule');
  const router = new ShardRouter(options, entities, {
    clock,
    metrics,
    onChange(shard, state, problem) {
      if (state === 'away') logger.warn(`shard "${shard}" is away: ${problem}`);
      else logger.log(`shard "${shard}" is ${state}`);
    },
  });
  await router.connect();
  return router;
}
