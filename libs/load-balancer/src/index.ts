export type { Balancer, BalancerEnvironment, BalancerFactory } from './core/balancer.js';
export type { Call } from './core/call.js';
export type { LoadBalancedClientOptions, Pattern } from './core/client-options.js';
export type { EjectionOptions } from './core/ejection-options.js';
export { NoInstancesError } from './core/errors.js';
export type { InstanceDescription } from './core/instance-pool.js';
export { staticInstances, type Instance, type InstanceOptions, type InstanceSource } from './core/instance.js';
export { LoadBalancer, type LoadBalancerOptions } from './core/load-balancer.js';
export { peakEwma, type PeakEwmaOptions } from './core/peak-ewma.js';
export type { Server } from './core/server.js';
export { smoothWeightedRoundRobin } from './core/smooth-weighted-round-robin.js';
export { weightedRandom } from './core/weighted-random.js';
export { carryRequestContext } from './nest/carry-request-context.js';
export { clientToken, InjectClient } from './nest/inject-client.js';
export {
  LoadBalancedClientProxy,
  type LoadBalancedClientEnvironment,
  type LoadBalancedClientEvents,
} from './nest/load-balanced-client-proxy.js';
export {
  LoadBalancerModule,
  type LoadBalancerFeatureAsyncOptions,
  type LoadBalancerFeatureOptions,
} from './nest/load-balancer.module.js';
