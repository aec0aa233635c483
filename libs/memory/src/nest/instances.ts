import type { DiscoveryService } from '@nestjs/core';

/** A provider or controller of the application. */
export interface DiscoveredInstance {
  readonly instance: object;
  /** Whether there is one instance for the whole life of the application. */
  readonly isSingleton: boolean;
}

/** Every provider and controller, once each, also if several modules or tokens give the same instance. */
export function discoverInstances(discovery: DiscoveryService): DiscoveredInstance[] {
  const found = new Map<object, DiscoveredInstance>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const instance: unknown = wrapper.instance;
    if (typeof instance !== 'object' || instance === null) continue;
    found.set(instance, { instance, isSingleton: wrapper.isDependencyTreeStatic() && !wrapper.isTransient });
  }
  return [...found.values()];
}
