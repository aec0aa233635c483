import { EnvolError } from '@envol/common';
import type { EntityMetadata, RelationMetadata } from 'typeorm';
import { shardedEntityOf, type ShardedEntity } from './sharded-entity.js';

/**
 * A relation is sound when both rows are sure to lie on one shard: one of its joins must equate the two shard keys
 * (TypeORM gives both the same type, so equal values are hashed alike). Everything else would join a row with one that
 * may lie elsewhere. The side without the join columns is checked through the side that has them, and must not be
 * saved: TypeORM would write the shard key of the other row in a way that no subscriber sees.
 *
 * @throws EnvolError `ENVOL_SHARDING_RELATION`.
 */
export function checkRelations(
  entity: ShardedEntity,
  metadata: EntityMetadata,
  entities: readonly ShardedEntity[],
): void {
  for (const relation of metadata.relations) {
    const name = `the relation ${entity.name}.${relation.propertyPath}`;
    if (movesRows(relation)) {
      throw new EnvolError(
        'ENVOL_SHARDING_RELATION',
        `${name} is the side without the join column: saving it would change the shard key of the rows it leads to`,
        'Give it { persistence: false } and save the rows of the other side themselves.',
      );
    }
    const problem = problemOf(relation, entity, metadata, entities);
    if (problem === undefined) continue;
    throw new EnvolError(
      'ENVOL_SHARDING_RELATION',
      `${name} ${problem}`,
      'Shard both entities by the same key and join them by it, or store the id as a plain column and read the other row through its own repository.',
    );
  }
}

function movesRows(relation: RelationMetadata): boolean {
  return !relation.isManyToMany && !relation.isOwning && relation.persistenceEnabled;
}

function problemOf(
  relation: RelationMetadata,
  entity: ShardedEntity,
  metadata: EntityMetadata,
  entities: readonly ShardedEntity[],
): string | undefined {
  if (relation.isManyToMany) return 'is many-to-many: the rows of its junction table would belong to no shard';
  if (!relation.isOwning) return undefined;
  const other = shardedEntityOf(entities, relation.inverseEntityMetadata);
  if (other === undefined) return `leads to ${relation.inverseEntityMetadata.name}, which is not sharded`;
  const ownKey = entity.keyColumn(metadata);
  const otherKey = other.keyColumn(relation.inverseEntityMetadata);
  const joined = relation.joinColumns.some((column) => column === ownKey && column.referencedColumn === otherKey);
  return joined
    ? undefined
    : `does not join the shard keys (${entity.name}.${entity.keyProperty} with ${other.name}.${other.keyProperty}), so the two rows may lie on different shards`;
}
