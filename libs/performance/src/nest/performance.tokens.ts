/** The options as the application gave them. */
export const RAW_PERFORMANCE_OPTIONS = Symbol.for('envol:performance:raw-options');

/** The options checked and complete (`ResolvedPerformanceOptions`). */
export const PERFORMANCE_OPTIONS = Symbol.for('envol:performance:options');
