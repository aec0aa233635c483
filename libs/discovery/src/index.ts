export type { DiscoveryModuleOptions } from './core/discovery-options.js';
export { Discovery } from './core/discovery.js';
export { DiscoveryModule } from './nest/discovery.module.js';
