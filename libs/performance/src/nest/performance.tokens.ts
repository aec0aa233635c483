/** The options as the application gave them. */
export const RAW_OPTIONS = Symbol.for('envol:performance:raw-options');

/** The options checked and complete. */
export const PERFORMANCE_OPTIONS = Symbol.for('envol:performance:options');
