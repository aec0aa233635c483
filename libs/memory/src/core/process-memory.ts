import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '@envol/common';
import { oldGenerationLimit } from './heap-limit.js';

/** The figures of a process that can have a limit, as `process.memoryUsage()` names them. */
export const PROCESS_KEYS = ['heapUsed', 'external', 'arrayBuffers', 'rss'] as const;
export type ProcessKey = (typeof PROCESS_KEYS)[number];

/** Bytes by key. */
export type ProcessReadings = Readonly<Record<ProcessKey, number>>;

/** Where the monitor reads memory from. */
export interface ProcessMemory {
  /** What can live on the V8 heap, see `oldGenerationLimit`. */
  readonly heapLimit: number;
  /** What V8 may take for its heap in all, young generation included. */
  readonly heapSizeLimit: number;
  /** What the container may use, or all that the machine has. */
  readonly containerMemory: number;
  /** Whether a container (a cgroup) sets that limit. */
  readonly isContained: boolean;
  /** @param fresh whether to read also what is dear to read, however long ago that was done */
  read(fresh?: boolean): ProcessReadings;
}

/** RSS and array buffers come from a call that takes 50 times as long as the one for the heap. */
const SLOW_READINGS_EVERY = 1_000;

/** The memory of this process. */
export class SystemMemory implements ProcessMemory {
  readonly heapLimit: number;
  readonly heapSizeLimit: number;
  readonly containerMemory: number;
  readonly isContained: boolean;
  readonly #clock: Clock;
  #slow: { readonly at: number; readonly rss: number; readonly arrayBuffers: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.heapSizeLimit = getHeapStatistics().heap_size_limit;
    this.heapLimit = oldGenerationLimit({
      heapSizeLimit: this.heapSizeLimit,
      execArgv: process.execArgv,
      nodeOptions: process.env['NODE_OPTIONS'] ?? '',
    });
    const machine = totalmem();
    // Without a limit some versions answer 1.8e19 and others 0 or undefined.
    const container: number | undefined = process.constrainedMemory();
    this.isContained = container !== undefined && container > 0 && container < machine;
    this.containerMemory = this.isContained ? container : machine;
  }

  read(fresh = false): ProcessReadings {
    const { used_heap_size: heapUsed, external_memory: external } = getHeapStatistics();
    const now = this.#clock.monotonic();
    if (fresh || this.#slow === undefined || now - this.#slow.at >= SLOW_READINGS_EVERY) {
      const { rss, arrayBuffers } = process.memoryUsage();
      this.#slow = { at: now, rss, arrayBuffers };
    }
    return { heapUsed, external, arrayBuffers: this.#slow.arrayBuffers, rss: this.#slow.rss };
  }
}

export function isProcessKey(key: string): key is ProcessKey {
  return PROCESS_KEYS.some((known) => known === key);
}
