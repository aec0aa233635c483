/** The options as the application gave them. */
export const RAW_OPTIONS = Symbol.for('envol:memory:raw-options');

/** The options checked and complete. */
export const MEMORY_OPTIONS = Symbol.for('envol:memory:options');
