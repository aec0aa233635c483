import {
  CircuitBreaker,
  duration,
  isEnvolError,
  optionsObject,
  resolveOptions,
  withTimeout,
  type Counter,
  type Duration,
  type EnvolError,
  type Reclaimable,
} from '@envol/common';
import { z } from 'zod';
import type { Entry } from './entry.js';
import type { StoreDetails } from './store-description.js';
import { isStoreUnavailable, StoreUnavailableError } from './store-errors.js';
import type { Store, StoreContext } from './store.js';

/** How long a remote store may take, and when it is left alone. */
export interface GuardOptions {
  /** Longest wait for one operation. Default `'250ms'`. */
  readonly timeout?: Duration;
  /** So many failed operations in a row open the breaker: the store is not asked any more. Default 3. */
  readonly failures?: number;
  /** While the breaker is open, how often the store is asked in the background whether it is back. Default `'1s'`. */
  readonly probeEvery?: Duration;
}

/** Shape of {@link GuardOptions}, for the options of a remote store. */
export const guardOptionsShape = {
  timeout: duration().default(250),
  failures: z.int().positive().default(3),
  probeEvery: duration().default(1_000),
};

const guardOptionsSchema = optionsObject(guardOptionsShape);

/** A store over a connection, as {@link guarded} takes it. */
export interface RemoteStore extends Store {
  /** Resolves when the other side answers. */
  ping(): Promise<unknown>;
  /** Gives up the connection for a new one; called when a ping failed, since the connection may be half-open. */
  reconnect?(): void;
}

/**
 * Puts a timeout around every operation of a remote store, and a circuit breaker around the store: while it is ill,
 * operations fail at once with {@link StoreUnavailableError} and a background ping finds out when it is back. An
 * EnvolError that the store throws itself is passed on and does not speak against its health.
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
 */
export function guarded(remote: RemoteStore, options: GuardOptions, context: StoreContext): Store {
  const resolved = resolveOptions({ lib: 'cache', what: 'guarded() options' }, guardOptionsSchema, options);
  return new GuardedStore(remote, resolved, context);
}

class GuardedStore implements Store {
  readonly #remote: RemoteStore;
  readonly #timeout: number;
  readonly #context: StoreContext;
  readonly #breaker: CircuitBreaker;
  readonly #errors: Counter;
  #lastError: unknown;
  #downSince: number | undefined;

  constructor(remote: RemoteStore, options: z.output<typeof guardOptionsSchema>, context: StoreContext) {
    const { clock, metrics, name, onEvent } = context;
    this.#remote = remote;
    this.#timeout = options.timeout;
    this.#context = context;
    this.#breaker = new CircuitBreaker({
      failures: options.failures,
      probeEvery: options.probeEvery,
      clock,
      probe: () => this.#probe(),
      onChange: (open) => {
        this.#downSince = open ? clock.now() : undefined;
        onEvent(open ? { type: 'store-down', store: name, cause: this.#lastError } : { type: 'store-up', store: name });
      },
    });
    const errors = { name: 'envol_cache_store_errors_total', help: 'Operations that a remote store failed' } as const;
    const down = { name: 'envol_cache_store_down', help: '1 while the breaker of a remote store is open' } as const;
    this.#errors = metrics.counter(errors, { store: name });
    metrics.gauge(down, () => (this.#breaker.isOpen ? 1 : 0), { store: name });
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#run('get', async () => this.#remote.get(key));
  }

  set(key: string, entry: Entry): Promise<void> {
    return this.#run('set', async () => this.#remote.set(key, entry));
  }

  delete(key: string): Promise<boolean> {
    return this.#run('delete', async () => this.#remote.delete(key));
  }

  /** A store that cannot be reached at start is down from the start, and used as soon as it answers. */
  async open(): Promise<void> {
    try {
      await this.#remote.open?.();
    } catch (error) {
      this.#lastError = error;
      this.#breaker.trip();
    }
  }

  async close(): Promise<void> {
    this.#breaker.stop();
    await this.#remote.close?.();
  }

  describe(): StoreDetails {
    const details = this.#remote.describe?.();
    return this.#downSince === undefined
      ? { ...details, state: 'up' }
      : { ...details, state: 'down', downSince: this.#downSince };
  }

  reclaimables(): readonly Reclaimable[] {
    return this.#remote.reclaimables?.() ?? [];
  }

  async #run<T>(operation: string, work: () => Promise<T>): Promise<T> {
    if (this.#breaker.isOpen) {
      throw new StoreUnavailableError(this.#context.name, operation, 'it is down', { cause: this.#lastError });
    }
    try {
      const result = await this.#bounded(work);
      this.#breaker.succeeded();
      return result;
    } catch (error) {
      throw this.#failed(operation, error);
    }
  }

  #failed(operation: string, error: unknown): EnvolError {
    if (!isEnvolError(error) || isStoreUnavailable(error)) this.#errors.add();
    if (isEnvolError(error)) return error;
    this.#lastError = error;
    this.#breaker.failed(error);
    const reason = error instanceof Error ? error.message : String(error);
    return new StoreUnavailableError(this.#context.name, operation, reason, { cause: error });
  }

  async #probe(): Promise<void> {
    try {
      await this.#bounded(async () => this.#remote.ping());
    } catch (error) {
      this.#remote.reconnect?.();
      throw error;
    }
  }

  #bounded<T>(work: () => Promise<T>): Promise<T> {
    const tooSlow = () => new Error(`no answer within ${this.#timeout} ms`);
    return withTimeout(work(), this.#timeout, this.#context.clock, tooSlow);
  }
}
