import { Inject } from '@nestjs/common';
import { ShardRouter } from '../core/shard-router.js';
import type { EntityClass } from '../core/sharded-entity.js';
import { shardedRepositoryToken } from './tokens.js';

/** Injects the `ShardedRepository` of an entity. */
export function InjectShardedRepository(entity: EntityClass): ParameterDecorator & PropertyDecorator {
  return Inject(shardedRepositoryToken(entity));
}

/** One provider for the repository of each entity. */
export function repositoryProviders(entities: readonly EntityClass[]) {
  return entities.map((entity) => ({
    provide: shardedRepositoryToken(entity),
    useFactory: (router: ShardRouter) => router.repository(entity),
    inject: [ShardRouter],
  }));
}
