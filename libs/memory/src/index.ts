export type { MemoryModuleOptions } from './core/memory-options.js';
export { Memory } from './core/memory.js';
export { MemoryModule } from './nest/memory.module.js';
