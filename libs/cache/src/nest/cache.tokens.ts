/** The options as the application gave them. */
export const RAW_CACHE_OPTIONS = Symbol.for('envol:cache:raw-options');

/** The options checked and complete (`ResolvedCacheOptions`). */
export const CACHE_OPTIONS = Symbol.for('envol:cache:options');
