import { optionsObject, resolveOptions } from '@envol/common';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { z } from 'zod';
import { rankOf, type MemoryLevel } from '../core/memory-level.js';
import { MemoryMonitor } from '../core/memory-monitor.js';

/** Options of {@link MemoryHealthIndicator.isHealthy}. */
export interface MemoryHealthOptions {
  /** From which level on the answer is `down`. Default `'hard'`: over a soft limit it is `degraded`, which does not fail the health check. */
  readonly downFrom?: 'soft' | 'hard';
}

const healthOptionsSchema = optionsObject({ downFrom: z.enum(['soft', 'hard']).default('hard') });

/** What the indicator says of a key that has a limit, in bytes. */
interface KeyDetails {
  readonly current: number;
  readonly limit: number;
}

/** The memory of the process, for @nestjs/terminus. Provide it in the module of your health controller. */
@Injectable()
export class MemoryHealthIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly monitor: MemoryMonitor,
  ) {}

  /**
   * Up, degraded or down, with the level, and for every key with a limit its last reading and the limit next above.
   *
   * @throws EnvolError `ENVOL_MEMORY_INVALID_OPTIONS`
   */
  isHealthy<const Key extends string>(key: Key, options: MemoryHealthOptions = {}): HealthIndicatorResult<Key> {
    const { downFrom } = resolveOptions({ lib: 'memory', what: 'isHealthy() options' }, healthOptionsSchema, options);
    const { level } = this.monitor;
    const session = this.health.check(key);
    const details = { level, keys: this.#details(level) };
    if (level === 'normal') return session.up(details);
    return rankOf(level) >= rankOf(downFrom) ? session.down(details) : session.degraded(details);
  }

  #details(level: MemoryLevel): Record<string, KeyDetails> {
    const { current, limits } = this.monitor.monitor();
    const details = Object.entries(limits).map(([key, { soft, hard = soft }]) => {
      return [key, { current: current[key] ?? 0, limit: level === 'normal' ? soft : hard }] as const;
    });
    return Object.fromEntries(details);
  }
}
