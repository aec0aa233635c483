import { EnvolError } from '@envol/common';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { MemoryMonitor } from '../core/memory-monitor.js';
import type { MemoryPressure } from '../core/memory-report.js';
import { discoverInstances } from './instances.js';
import { OnMemoryPressureMetadata } from './on-memory-pressure.decorator.js';

/** Finds the methods with `@OnMemoryPressure` and has them called. */
@Injectable()
export class PressureHandlersExplorer {
  readonly #logger = new Logger('MemoryModule');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly monitor: MemoryMonitor,
  ) {}

  /** @throws EnvolError `ENVOL_MEMORY_INVALID_DECORATOR` that names the class and the method */
  subscribe(): void {
    for (const { instance, isSingleton } of discoverInstances(this.discovery)) {
      const prototype: unknown = Object.getPrototypeOf(instance);
      if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) continue;
      for (const name of this.scanner.getAllMethodNames(prototype)) this.#subscribe(instance, name, isSingleton);
    }
  }

  #subscribe(instance: object, name: string, isSingleton: boolean): void {
    const method: unknown = Reflect.get(instance, name);
    const levels = typeof method === 'function' ? this.reflector.get(OnMemoryPressureMetadata, method) : undefined;
    if (levels === undefined) return;
    const where = `${instance.constructor.name}.${name}`;
    if (!isSingleton) throw notSingleton(where);
    this.monitor.onLevelChange((pressure) => {
      if (levels.includes(pressure.level)) void this.#call(instance, name, pressure);
    });
  }

  async #call(instance: object, name: string, pressure: MemoryPressure): Promise<void> {
    try {
      const method: unknown = Reflect.get(instance, name);
      if (typeof method === 'function') await Reflect.apply(method, instance, [pressure]);
    } catch (error) {
      this.#logger.error(`@OnMemoryPressure on ${instance.constructor.name}.${name} failed`, error);
    }
  }
}

function notSingleton(where: string): EnvolError {
  return new EnvolError(
    'ENVOL_MEMORY_INVALID_DECORATOR',
    `@OnMemoryPressure on ${where}: the class is request-scoped or transient, so there is no instance to call`,
    'Put the method on a provider of the default scope that injects no request-scoped one.',
  );
}
