import 'reflect-metadata';
import type { EntityClass } from '../core/sharded-entity.js';

/** Injection token of the options as they were given. */
export const RAW_OPTIONS = Symbol.for('envol:sharding:raw-options');

/** Injection token of the options, checked and with defaults. */
export const SHARDING_OPTIONS = Symbol.for('envol:sharding:options');

/** Injection token of the entities. */
export const SHARDED_ENTITIES = Symbol.for('envol:sharding:entities');

const REPOSITORY_TOKEN = Symbol.for('envol:sharding:repository-token');

/**
 * Injection token of the {@link ShardedRepository} of an entity. It belongs to the class and not to its name: two
 * entities of one name do not collide.
 */
export function shardedRepositoryToken(entity: EntityClass): symbol {
  const known: unknown = Reflect.getOwnMetadata(REPOSITORY_TOKEN, entity);
  if (typeof known === 'symbol') return known;
  const token = Symbol(`ShardedRepository of ${entity.name}`);
  Reflect.defineMetadata(REPOSITORY_TOKEN, token, entity);
  return token;
}
