import { discoverInstances, RECLAIMABLES, type ReclaimableSource } from '@envol/common';
import { Injectable, Logger, Scope } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { MemoryMonitor } from '../core/memory-monitor.js';

/** Finds the providers that hold reclaimable memory and registers what they hold. */
@Injectable()
export class ReclaimablesExplorer {
  readonly #logger = new Logger('MemoryModule');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly monitor: MemoryMonitor,
  ) {}

  /** @throws EnvolError `ENVOL_MEMORY_INVALID_RECLAIMABLE` */
  register(): void {
    for (const { instance, scope } of discoverInstances(this.discovery)) {
      if (!isSource(instance)) continue;
      if (scope === Scope.DEFAULT)
        for (const reclaimable of instance[RECLAIMABLES]()) this.monitor.register(reclaimable);
      else {
        const name = instance.constructor.name;
        this.#logger.warn(`${name} is request-scoped or transient: what its instances hold cannot be reclaimed`);
      }
    }
  }
}

function isSource(instance: object): instance is ReclaimableSource {
  return RECLAIMABLES in instance && typeof instance[RECLAIMABLES] === 'function';
}
