import type { ShardUnavailableError } from '../errors.js';

/** What a data source asks its shard before every statement, and tells it after. */
export interface QueryGate {
  /** @throws ShardUnavailableError while the shard is known to be away. */
  assertOpen(): void;
  /** The server answered: with a result (`ok`), or with an error that is the caller's (`error`). */
  answered(outcome: 'ok' | 'error'): void;
  /** The shard could not do it; makes the error to throw. `lost` speaks against the server, `busy` does not. */
  failed(kind: 'lost' | 'busy', reason: string, cause: unknown): ShardUnavailableError;
}
