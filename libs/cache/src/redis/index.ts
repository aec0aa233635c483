export { redis, type RedisStoreOptions } from './redis.js';
