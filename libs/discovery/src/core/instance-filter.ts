import type { ServiceInstance } from './instance.js';

/** Which instances of a service are wanted. What is not given does not matter. */
export interface InstanceFilter {
  /** All of these tags. */
  readonly tags?: readonly string[];
  readonly version?: string;
  readonly zone?: string;
  /** Those of this zone as long as there are any, otherwise those of all zones. */
  readonly preferZone?: string;
}

/** The instances that `filter` wants; the same list when that is all of them. */
export function filterInstances(
  instances: readonly ServiceInstance[],
  filter?: InstanceFilter,
): readonly ServiceInstance[] {
  if (filter === undefined) return instances;
  const { tags = [], version, zone, preferZone } = filter;
  const wanted = instances.filter(
    (instance) =>
      tags.every((tag) => instance.tags.includes(tag)) &&
      (version === undefined || instance.version === version) &&
      (zone === undefined || instance.zone === zone),
  );
  const near = preferZone === undefined ? [] : wanted.filter((instance) => instance.zone === preferZone);
  const chosen = near.length > 0 ? near : wanted;
  return chosen.length === instances.length ? instances : Object.freeze(chosen);
}
