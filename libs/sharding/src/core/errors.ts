import { EnvolError, isEnvolError } from '@envol/common';

const UNAVAILABLE = 'ENVOL_SHARDING_SHARD_UNAVAILABLE';

/** A shard cannot be reached, does not answer in time, or is known to be away and is therefore not asked. */
export class ShardUnavailableError extends EnvolError {
  override readonly name = 'ShardUnavailableError';

  constructor(
    /** Name of the shard. */
    readonly shard: string,
    reason: string,
    hint = 'Answer with 503 and try again later; the shard is looked for in the background. The other shards are not affected.',
    options?: ErrorOptions,
  ) {
    super(UNAVAILABLE, `shard "${shard}" is not available: ${reason}`, hint, options);
  }
}

/** Tells a {@link ShardUnavailableError} from others, also when another installed copy of this package made it. */
export function isShardUnavailable(error: unknown): error is ShardUnavailableError {
  return isEnvolError(error, UNAVAILABLE);
}
