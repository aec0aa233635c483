export { ShardsHealthIndicator, type ShardsHealthOptions } from './shards.health-indicator.js';
