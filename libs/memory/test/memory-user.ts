import { RECLAIMABLES, type Reclaimable, type ReclaimableSource } from '@envol/common';
import { Injectable } from '@nestjs/common';
import type { MemoryModuleOptions } from '../src/index.js';

/** Takes as much memory as a test says, and gives none back: with {@link userLimits} 10 bytes are `soft`, 20 `hard`. */
@Injectable()
export class MemoryUser implements Reclaimable, ReclaimableSource {
  readonly name = 'user';
  bytes = 0;
  readonly fractions: number[] = [];

  reclaim(fraction: number): void {
    this.fractions.push(fraction);
  }

  [RECLAIMABLES](): readonly Reclaimable[] {
    return [this];
  }
}

/** Only what {@link MemoryUser} takes counts, and levels are left at once. */
export const userLimits = {
  limits: { heapUsed: false, rss: false, user: { soft: 10, hard: 20 } },
  hysteresis: { leaveAfter: 0 },
} satisfies MemoryModuleOptions;
