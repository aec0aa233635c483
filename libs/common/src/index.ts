export * from './core/index.js';
export { decoratedMethods, type DecoratedMethod } from './nest/decorated-methods.js';
export { discoverInstances, type DiscoveredInstance } from './nest/discover-instances.js';
export { LifecycleModule } from './nest/lifecycle.module.js';
export { CLOCK, LIFECYCLE, METRICS_SINK } from './nest/tokens.js';
export { injectIntoSlot, wrapMethod } from './nest/wrap-method.js';
