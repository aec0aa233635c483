import { EnvolError } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Caches } from '../core/caches.js';
import { CACHES_SLOT, CachedMetadata } from './cached.decorator.js';

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
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype: unknown = Object.getPrototypeOf(instance);
      if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) continue;
      const caches: unknown = Reflect.get(instance, CACHES_SLOT);
      // Another CacheModule of the same application checks what belongs to it.
      if (caches instanceof Caches && caches !== this.caches) continue;
      // Of a request-scoped or transient provider this is an empty prototype; its instances are made later.
      const isMadeOnce = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      const isInjected = caches !== undefined || !isMadeOnce;
      for (const name of this.scanner.getAllMethodNames(prototype)) this.#validateMethod(prototype, name, isInjected);
    }
  }

  #validateMethod(prototype: object, name: string, isInjected: boolean): void {
    const metadata = this.#metadataOf(prototype, name);
    if (metadata === undefined) return;
    const where = `@Cached on ${prototype.constructor.name}.${name}`;
    if (!isInjected) {
      throw new EnvolError(
        'ENVOL_CACHE_INVALID_DECORATOR',
        `${where}: the instance was not made by Nest, so it has no cache`,
        'Provide the class itself, or with useClass; what useFactory and useValue give gets nothing injected.',
      );
    }
    if (metadata.store === undefined || this.caches.names.includes(metadata.store)) return;
    throw new EnvolError(
      'ENVOL_CACHE_INVALID_DECORATOR',
      `${where}: there is no cache store "${metadata.store}"`,
      `Stores of the CacheModule are ${this.caches.names.join(', ')}.`,
    );
  }

  #metadataOf(prototype: object, name: string) {
    const method: unknown = Reflect.get(prototype, name);
    return typeof method === 'function' ? this.reflector.get(CachedMetadata, method) : undefined;
  }
}
