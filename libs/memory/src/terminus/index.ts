export { MemoryHealthIndicator, type MemoryHealthOptions } from './memory.health-indicator.js';
