export { startFaultProxy, type FaultProxy } from './fault-proxy/fault-proxy.js';
export { freePort } from './process/ports.js';
export { removeDataDir } from './postgres/data-dir.js';
export type { BinariesChoice } from './postgres/binaries.js';
export type { PostgresOptions, PostgresService } from './postgres/postgres.js';
export type { RedisOptions, RedisService } from './redis.js';
export { startService, type ServiceName } from './registry.js';
export type { Service, ServiceOptions } from './service.js';
