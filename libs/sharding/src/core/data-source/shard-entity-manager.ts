import { EnvolError } from '@envol/common';
import { EntityManager, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { shardKeysOf } from '../shard-key.js';

/** TypeORM's entity manager, with the one write that a subscriber cannot judge: upsert. */
export class ShardEntityManager extends EntityManager {
  /**
   * As in TypeORM; but an upsert that finds the existing row by something else than the shard key is refused, since it
   * would overwrite the shard key of that row.
   *
   * @throws EnvolError `ENVOL_SHARDING_KEY_CHANGE`.
   */
  override async upsert<Entity extends ObjectLiteral>(
    ...args: Parameters<typeof EntityManager.prototype.upsert<Entity>>
  ): ReturnType<typeof EntityManager.prototype.upsert<Entity>> {
    const [target, , conflict] = args;
    const [key] = shardKeysOf(this.targetOf(target));
    const paths = Array.isArray(conflict) ? conflict : conflictPathsOf(conflict);
    if (key !== undefined && !paths.includes(key)) {
      throw new EnvolError(
        'ENVOL_SHARDING_KEY_CHANGE',
        `an upsert into ${this.dataSource.getMetadata(target).name} finds existing rows by (${paths.join(', ')}) and would overwrite their shard key ${key}`,
        `Add ${key} to the conflict paths, or use save().`,
      );
    }
    return super.upsert(...args);
  }

  private targetOf(target: EntityTarget<ObjectLiteral>): object {
    const built = this.dataSource.getMetadata(target).target;
    return typeof built === 'string' ? {} : built;
  }
}

function conflictPathsOf(options: { conflictPaths: string[] | Record<string, true | undefined> }): string[] {
  return Array.isArray(options.conflictPaths) ? options.conflictPaths : Object.keys(options.conflictPaths);
}
