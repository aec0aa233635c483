import { optionsObject, resolveOptions } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { z } from 'zod';
import { Caches } from '../core/caches.js';
import type { StoreDescription } from '../core/store-description.js';

/** Options of {@link CacheHealthIndicator.isHealthy}. */
export interface CacheHealthOptions {
  /**
   * Whether the application cannot do without its remote stores: then one that is down makes the answer `down`. Default
   * `false`: the cache goes on without it, so the answer is `degraded`, which does not fail the health check.
   */
  readonly remoteRequired?: boolean;
}

const healthOptionsSchema = optionsObject({ remoteRequired: z.boolean().default(false) });

/**
 * The health of the caches, for @nestjs/terminus: `up` while no remote store is down. It tells what the caches know
 * already and asks no server, so it is quick and cannot hang. Provide it in the module of your health controller.
 */
@Injectable()
export class CacheHealthIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly caches: Caches,
  ) {}

  /**
   * Every remote store by name, with its state.
   *
   * @throws EnvolError `ENVOL_CACHE_INVALID_OPTIONS`
   */
  isHealthy<const Key extends string>(key: Key, options: CacheHealthOptions = {}): HealthIndicatorResult<Key> {
    const { remoteRequired } = resolveOptions(
      { lib: 'cache', what: 'isHealthy() options' },
      healthOptionsSchema,
      options,
    );
    const remote = this.caches.describe().flatMap(remoteStores);
    const stores = Object.fromEntries(remote.map((store) => [store.name, stateOf(store)]));
    const session = this.health.check(key);
    if (remote.every(({ state }) => state === 'up')) return session.up({ stores });
    return remoteRequired ? session.down({ stores }) : session.degraded({ stores });
  }
}

/** A store, or those it is made of, if they have a state. */
function remoteStores(store: StoreDescription): readonly StoreDescription[] {
  const parts = (store.parts ?? []).flatMap(remoteStores);
  return store.state === undefined ? parts : [store, ...parts];
}

function stateOf({ state, downSince }: StoreDescription) {
  return downSince === undefined ? { state } : { state, downSince: new Date(downSince).toISOString() };
}
