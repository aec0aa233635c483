import type { ServiceInstance } from './instance.js';

/** How a list of instances differs from what was known of it before. */
export interface InstancesChange {
  readonly added: readonly ServiceInstance[];
  readonly removed: readonly ServiceInstance[];
  /** Same id, something else is different: as they are now. */
  readonly changed: readonly ServiceInstance[];
  /** The whole list as it is now. */
  readonly instances: readonly ServiceInstance[];
}

/** Compares two lists of an `InstanceList`, where an instance that did not change is the same object. */
export function changeBetween(
  before: readonly ServiceInstance[],
  instances: readonly ServiceInstance[],
): InstancesChange {
  const known = new Map(before.map((instance) => [instance.id, instance]));
  const ids = new Set(instances.map(({ id }) => id));
  return {
    added: instances.filter(({ id }) => !known.has(id)),
    removed: before.filter(({ id }) => !ids.has(id)),
    changed: instances.filter((instance) => known.has(instance.id) && known.get(instance.id) !== instance),
    instances,
  };
}

export function isEmptyChange({ added, removed, changed }: InstancesChange): boolean {
  return added.length === 0 && removed.length === 0 && changed.length === 0;
}
