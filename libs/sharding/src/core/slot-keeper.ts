import { EnvolError } from '@envol/common';
import type { EntityMetadata, EntitySubscriberInterface, InsertEvent, ObjectLiteral, UpdateEvent } from 'typeorm';
import { slotOfCanonical } from './shard-key-value.js';
import { SLOT_PROPERTY } from './shard-key.js';
import { shardedEntityOf, type ShardedEntity } from './sharded-entity.js';

/**
 * Watches what TypeORM writes on one shard: fills in the slot, and refuses rows of other shards and changes of the
 * shard key. What goes past it (`listeners: false`, raw SQL) leaves the slot out and fails on NOT NULL.
 */
export class SlotKeeper implements EntitySubscriberInterface {
  constructor(
    private readonly shard: string,
    private readonly entities: readonly ShardedEntity[],
    private readonly shardOf: (canonical: string) => string,
  ) {}

  /** @throws EnvolError `ENVOL_SHARDING_INVALID_KEY`, `ENVOL_SHARDING_WRONG_SHARD`. */
  beforeInsert({ entity: row, metadata }: InsertEvent<ObjectLiteral>): void {
    const entity = shardedEntityOf(this.entities, metadata);
    if (entity === undefined) return;
    const canonical = entity.canonicalKey(entity.keyOf(row, metadata));
    const home = this.shardOf(canonical);
    if (home !== this.shard) {
      throw new EnvolError(
        'ENVOL_SHARDING_WRONG_SHARD',
        `a row of ${entity.name} was to be written on shard "${this.shard}" and belongs on "${home}"`,
        `Write each row through forKey(its own ${entity.keyProperty}); rows of several keys are written one shard at a time.`,
      );
    }
    // Not enumerable, so that it shows neither in JSON nor in a spread of the caller's object.
    Object.defineProperty(row, SLOT_PROPERTY, {
      value: slotOfCanonical(canonical),
      configurable: true,
      writable: true,
    });
  }

  /** @throws EnvolError `ENVOL_SHARDING_KEY_CHANGE`. */
  beforeUpdate({ entity: changes, databaseEntity, metadata }: UpdateEvent<ObjectLiteral>): void {
    const entity = shardedEntityOf(this.entities, metadata);
    if (entity === undefined || changes === undefined) return;
    const key = entity.keyOf(changes, metadata);
    if (key === undefined || sameKey(entity, key, metadata, databaseEntity)) return;
    throw new EnvolError(
      'ENVOL_SHARDING_KEY_CHANGE',
      `an update of ${entity.name} sets its shard key ${entity.keyProperty}`,
      `Leave ${entity.keyProperty} out of the update. To move a row, insert it under the new key and delete the old one.`,
    );
  }
}

/** Whether the key that is written is the one the stored row has; unknown (so: no) for updates by criteria. */
function sameKey(
  entity: ShardedEntity,
  key: unknown,
  metadata: EntityMetadata,
  stored: ObjectLiteral | undefined,
): boolean {
  if (stored === undefined) return false;
  const storedKey = entity.keyOf(stored, metadata);
  return storedKey !== undefined && entity.canonicalKey(key) === entity.canonicalKey(storedKey);
}
