import { EnvolError, isEnvolError } from '@envol/common';

const DEFAULT_HINT =
  'Reads go on without it by themselves. A write that fails like this did not reach that store: repeat it, or rely on the TTL.';

/** A store did not do what was asked: it is away, too slow, or known to be ill and not even asked. */
export class StoreUnavailableError extends EnvolError {
  override readonly name = 'StoreUnavailableError';

  constructor(
    readonly store: string,
    operation: string,
    reason: string,
    { hint = DEFAULT_HINT, ...options }: ErrorOptions & { readonly hint?: string } = {},
  ) {
    super('ENVOL_CACHE_STORE_UNAVAILABLE', `Cache store "${store}" could not ${operation}: ${reason}`, hint, options);
  }
}

/** Whether `error` says that a store is away, also when it comes from another installed copy of this package. */
export function isStoreUnavailable(error: unknown): error is StoreUnavailableError {
  return isEnvolError(error, 'ENVOL_CACHE_STORE_UNAVAILABLE');
}
