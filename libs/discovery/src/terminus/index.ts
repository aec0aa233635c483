export { DiscoveryHealthIndicator, type DiscoveryHealthOptions } from './discovery.health-indicator.js';
