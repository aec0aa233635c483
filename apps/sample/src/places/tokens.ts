/** Secrets that cursors are sealed with: the current one, and the one before. */
export const CURSOR_SECRETS = Symbol('atlas:cursor-secrets');
