import { EnvolError } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { MeasureMetadata, MONITOR_SLOT } from './measure.decorator.js';

/** Checks at start that every `@Measure` method has a monitor: one that has none would be missing in silence. */
@Injectable()
export class MeasureExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws EnvolError `ENVOL_PERFORMANCE_INVALID_DECORATOR` that names the class and the method */
  validate(): void {
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      if (typeof instance !== 'object' || instance === null) continue;
      // Of a request-scoped or transient provider this is an empty prototype; its instances are made later.
      const isMadeOnce = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      if (isMadeOnce && Reflect.get(instance, MONITOR_SLOT) === undefined) this.#refuseMeasured(instance);
    }
  }

  #refuseMeasured(instance: object): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return;
    const name = this.scanner.getAllMethodNames(prototype).find((method) => this.#isMeasured(prototype, method));
    if (name === undefined) return;
    throw new EnvolError(
      'ENVOL_PERFORMANCE_INVALID_DECORATOR',
      `@Measure on ${prototype.constructor.name}.${name}: the instance was not made by Nest, so nothing measures it`,
      'Provide the class itself, or with useClass; what useFactory and useValue give gets nothing injected.',
    );
  }

  #isMeasured(prototype: object, name: string): boolean {
    const method: unknown = Reflect.get(prototype, name);
    return typeof method === 'function' && this.reflector.get(MeasureMetadata, method) !== undefined;
  }
}
