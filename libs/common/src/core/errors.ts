const BRAND = Symbol.for('envol:error');

/** `ENVOL_<LIB>_<WHAT>` in upper case, for example `ENVOL_CACHE_UNKNOWN_STORE`. Stable: programs may compare it. */
export type EnvolErrorCode = `ENVOL_${string}`;

/**
 * The one base of every error that Envol throws.
 *
 * `message` says what happened and names what it happened to, `hint` says what to do about it,
 * `cause` is the error underneath. None of them ever holds a secret.
 */
export class EnvolError extends Error {
  override readonly name: string = 'EnvolError';

  constructor(
    readonly code: EnvolErrorCode,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Tells an error of Envol from others, also when it was made by another installed copy of this package
 * (where `instanceof` would say no).
 */
export function isEnvolError(error: unknown, code?: EnvolErrorCode): error is EnvolError {
  return (
    error instanceof Error && BRAND in error && (code === undefined || (error as Partial<EnvolError>).code === code)
  );
}
