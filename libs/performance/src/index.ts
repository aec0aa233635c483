export type { PerformanceModuleOptions } from './core/performance-options.js';
export { Performance } from './core/performance.js';
export { PerformanceModule } from './nest/performance.module.js';
