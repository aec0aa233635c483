import { decoratedMethods, EnvolError } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { MeasureMetadata, MONITOR_SLOT } from './measure.decorator.js';

/** Checks at start that every `@Measure` method has a monitor: one that has none would be missing in silence. */
@Injectable()
export class MeasureExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws EnvolError `ENVOL_PERFORMANCE_INVALID_DECORATOR` that names the class and the method */
  validate(): void {
    for (const { instance, qualifiedName } of decoratedMethods(this.discovery, MeasureMetadata)) {
      if (instance === undefined || Reflect.get(instance, MONITOR_SLOT) !== undefined) continue;
      throw new EnvolError(
        'ENVOL_PERFORMANCE_INVALID_DECORATOR',
        `@Measure on ${qualifiedName}: the instance was not made by Nest, so nothing measures it`,
        'Provide the class itself, or with useClass; what useFactory and useValue give gets nothing injected.',
      );
    }
  }
}
