import type { InstanceFilter } from './instance-filter.js';
import { filterInstances } from './instance-filter.js';
import type { ServiceInstance } from './instance.js';
import type { Watchable } from './instance-watch.js';

/** A live list, in the form in which `@envol/load-balancer` takes one. */
export interface LiveInstances {
  /** The list as it is known now. */
  current(): readonly ServiceInstance[];
  /**
   * Calls `listener` with the whole list after every change; the function returned ends that. One that throws or rejects
   * is logged, and called again after the next change.
   */
  subscribe(listener: (instances: readonly ServiceInstance[]) => void): () => void;
}

/** The instances of a service that `filter` wants, as a live list: changes of other instances do not reach its listeners. */
export function liveInstances(service: Watchable, filter: InstanceFilter | undefined): LiveInstances {
  let all: readonly ServiceInstance[] | undefined;
  let wanted: readonly ServiceInstance[] = [];
  const current = (): readonly ServiceInstance[] => {
    if (all === service.current) return wanted;
    all = service.current;
    const now = filterInstances(all, filter);
    if (!isSameList(now, wanted)) wanted = now;
    return wanted;
  };
  return {
    current,
    subscribe(listener) {
      let told = current();
      return service.subscribe(() => {
        const now = current();
        if (now === told) return undefined;
        told = now;
        return listener(now);
      });
    },
  };
}

function isSameList(one: readonly ServiceInstance[], other: readonly ServiceInstance[]): boolean {
  return one.length === other.length && one.every((instance, place) => instance === other[place]);
}
