import { Scope } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';

/** What Nest has of a provider or controller when the application starts. */
export interface DiscoveredInstance {
  /** With another scope than the default one an object of the class on which no constructor has run. */
  readonly instance: object;
  /** `REQUEST` also for what injects something request-scoped. */
  readonly scope: Scope;
}

/** Every provider and controller that is an object, once each, also if several modules or tokens give the same one. */
export function discoverInstances(discovery: DiscoveryService): DiscoveredInstance[] {
  const found = new Map<object, DiscoveredInstance>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const instance: unknown = wrapper.instance;
    if (typeof instance !== 'object' || instance === null) continue;
    const staticScope = wrapper.isTransient ? Scope.TRANSIENT : Scope.DEFAULT;
    found.set(instance, { instance, scope: wrapper.isDependencyTreeStatic() ? staticScope : Scope.REQUEST });
  }
  return [...found.values()];
}
