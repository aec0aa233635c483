import { EnvolError } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Caches } from '../core/caches.js';
import { CachedMetadata } from './cached.decorator.js';

/** Checks every `@Cached` method at start, so that a mistake does not wait for the first call. */
@Injectable()
export class CachedExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly caches: Caches,
  ) {}

  /** @throws EnvolError `ENVOL_CACHE_INVALID_DECORATOR` that names the class and the method */
  validate(): void {
    for (const { metatype } of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const prototype: unknown = metatype?.prototype;
      if (typeof prototype !== 'object' || prototype === null) continue;
      for (const name of this.scanner.getAllMethodNames(prototype)) this.#validateMethod(prototype, name);
    }
  }

  #validateMethod(prototype: object, name: string): void {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function') return;
    const store = this.reflector.get(CachedMetadata, method)?.store;
    if (store === undefined || this.caches.names.includes(store)) return;
    throw new EnvolError(
      'ENVOL_CACHE_INVALID_DECORATOR',
      `@Cached on ${prototype.constructor.name}.${name}: there is no cache store "${store}"`,
      `Stores of the CacheModule are ${this.caches.names.join(', ')}.`,
    );
  }
}
