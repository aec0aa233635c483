/** The options as the application gave them. */
export const RAW_OPTIONS = Symbol.for('envol:discovery:raw-options');

/** The options checked and complete. */
export const DISCOVERY_OPTIONS = Symbol.for('envol:discovery:options');
