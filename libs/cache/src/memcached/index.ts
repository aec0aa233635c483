export { memcached, type MemcachedStoreOptions } from './memcached.js';
