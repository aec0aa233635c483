import { getMetadataArgsStorage } from 'typeorm';

const KEYS = Symbol.for('envol:sharding:shard-keys');

/** Name of the hidden property that carries the slot. */
export const SLOT_PROPERTY = 'shardSlot';
const SLOT_COLUMN = 'shard_slot';

/**
 * Marks the property whose value says which shard a row belongs to. It stands beside `@Column` or `@PrimaryColumn`.
 *
 * The table also gets the column `shard_slot` (smallint, NOT NULL, indexed). The router fills it; entities that are
 * read do not show it.
 */
export function ShardKey(): PropertyDecorator {
  return (prototype, property) => {
    const entity = prototype.constructor;
    const known = ownKeys(entity);
    Object.defineProperty(entity, KEYS, { value: [...known, String(property)], configurable: true });
    if (known.length === 0) addSlotColumn(entity);
  };
}

/** The properties of an entity, or of its base classes, that are marked with `@ShardKey()`. */
export function shardKeysOf(entity: object): readonly string[] {
  const base: unknown = Object.getPrototypeOf(entity);
  return [...(typeof base === 'function' ? shardKeysOf(base) : []), ...ownKeys(entity)];
}

function ownKeys(entity: object): readonly string[] {
  const keys: unknown = Object.getOwnPropertyDescriptor(entity, KEYS)?.value;
  return Array.isArray(keys) ? keys.map(String) : [];
}

function addSlotColumn(target: NewableFunction | Function): void {
  const storage = getMetadataArgsStorage();
  storage.columns.push({
    target,
    propertyName: SLOT_PROPERTY,
    mode: 'regular',
    options: { name: SLOT_COLUMN, type: 'smallint', select: false, update: false },
  });
  storage.indices.push({ target, columns: [SLOT_PROPERTY] });
}
