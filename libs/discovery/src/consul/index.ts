export { consul } from './consul.js';
export type { ConsulOptions, ConsulTlsOptions } from './consul-options.js';
