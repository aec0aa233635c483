import { decoratedMethods, EnvolError } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Caches } from '../core/caches.js';
import { CACHES_SLOT, CachedMetadata } from './cached.decorator.js';

/** Checks every `@Cached` method at start, so that a mistake does not wait for the first call. */
@Injectable()
export class CachedExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly caches: Caches,
  ) {}

  /** @throws EnvolError `ENVOL_CACHE_INVALID_DECORATOR` that names the class and the method */
  validate(): void {
    for (const { instance, metadata, qualifiedName } of decoratedMethods(this.discovery, CachedMetadata)) {
      const caches: unknown = instance && Reflect.get(instance, CACHES_SLOT);
      // Another CacheModule of the same application checks what belongs to it.
      if (caches instanceof Caches && caches !== this.caches) continue;
      if (instance !== undefined && caches === undefined) throw notInjected(qualifiedName);
      this.#validateStore(metadata.store, qualifiedName);
    }
  }

  #validateStore(store: string | undefined, where: string): void {
    const { names } = this.caches;
    if (store === undefined || names.includes(store)) return;
    throw new EnvolError(
      'ENVOL_CACHE_INVALID_DECORATOR',
      `@Cached on ${where}: there is no cache store "${store}"`,
      `Stores of the CacheModule are ${names.join(', ')}.`,
    );
  }
}

function notInjected(where: string): EnvolError {
  return new EnvolError(
    'ENVOL_CACHE_INVALID_DECORATOR',
    `@Cached on ${where}: the instance was not made by Nest, so it has no cache`,
    'Provide the class itself, or with useClass; what useFactory and useValue give gets nothing injected.',
  );
}
