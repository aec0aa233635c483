import { decoratedMethods, EnvolError } from '@envol/common';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { MemoryMonitor } from '../core/memory-monitor.js';
import type { MemoryPressure } from '../core/memory-report.js';
import { OnMemoryPressureMetadata } from './on-memory-pressure.decorator.js';

/** Finds the methods with `@OnMemoryPressure` and has them called. */
@Injectable()
export class PressureHandlersExplorer {
  readonly #logger = new Logger('MemoryModule');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly monitor: MemoryMonitor,
  ) {}

  /** @throws EnvolError `ENVOL_MEMORY_INVALID_DECORATOR` that names the class and the method */
  subscribe(): void {
    for (const method of decoratedMethods(this.discovery, OnMemoryPressureMetadata)) {
      const { instance, name, metadata: levels, qualifiedName } = method;
      if (instance === undefined) throw notSingleton(qualifiedName);
      this.monitor.onLevelChange((pressure) => {
        if (!levels.includes(pressure.level)) return;
        call(instance, name, pressure).catch((error: unknown) =>
          this.#logger.error(`@OnMemoryPressure on ${qualifiedName} failed`, error),
        );
      });
    }
  }
}

async function call(instance: object, name: string | symbol, pressure: MemoryPressure): Promise<void> {
  const method: unknown = Reflect.get(instance, name);
  if (typeof method === 'function') await Reflect.apply(method, instance, [pressure]);
}

function notSingleton(where: string): EnvolError {
  return new EnvolError(
    'ENVOL_MEMORY_INVALID_DECORATOR',
    `@OnMemoryPressure on ${where}: the class is request-scoped or transient, so there is no instance to call`,
    'Put the method on a provider of the default scope that injects no request-scoped one.',
  );
}
