import { nearest } from '@envol/common';
import { megabytes } from './megabytes.js';
import { bindLimit, parseLimit, type LimitBytes, type MemoryLimit, type ParsedLimit } from './memory-limit.js';
import { isProcessKey, PROCESS_KEYS, type ProcessMemory } from './process-memory.js';

/** The limits by key, as they were given and in bytes. */
export class LimitTable {
  readonly #memory: ProcessMemory;
  readonly #parsed = new Map<string, ParsedLimit>();
  readonly #bound = new Map<string, LimitBytes>();

  /** @throws EnvolError `ENVOL_MEMORY_INVALID_LIMIT` */
  constructor(limits: Readonly<Record<string, ParsedLimit>>, memory: ProcessMemory) {
    this.#memory = memory;
    for (const [key, limit] of Object.entries(limits)) this.#set(key, limit);
  }

  get keys(): readonly string[] {
    return [...this.#bound.keys()];
  }

  get(key: string): LimitBytes | undefined {
    return this.#bound.get(key);
  }

  /**
   * Changes the parts of a limit that are given, or takes it away (`false`).
   *
   * @throws EnvolError `ENVOL_MEMORY_INVALID_LIMIT`
   */
  change(key: string, limit: MemoryLimit | false): void {
    const parsed = parseLimit(key, limit);
    if (parsed !== false) {
      this.#set(key, { ...this.#parsed.get(key), ...parsed });
      return;
    }
    this.#parsed.delete(key);
    this.#bound.delete(key);
  }

  /** What is wrong with a limit that can never be passed; `names` are those of the reclaimables. */
  warning(key: string, names: readonly string[]): string | undefined {
    const limit = this.#bound.get(key);
    if (limit === undefined || names.includes(key)) return undefined;
    if (isProcessKey(key)) return this.#unreachable(key, limit.hard ?? limit.soft);
    const guess = nearest(key, [...PROCESS_KEYS, ...names]);
    const help = guess === undefined ? '' : `; did you mean "${guess}"?`;
    return `The limit of "${key}" waits for a reclaimable of that name, and none is registered${help}`;
  }

  #unreachable(key: string, limit: number): string | undefined {
    const base = this.#baseOf(key);
    if (limit < base) return undefined;
    const most = key === 'heapUsed' ? `the heap holds at most ${megabytes(base)}` : `there are only ${megabytes(base)}`;
    return `The limit of "${key}" is ${megabytes(limit)}, but ${most}: the process dies before it is passed`;
  }

  #set(key: string, limit: ParsedLimit): void {
    this.#bound.set(key, bindLimit(key, limit, this.#baseOf(key)));
    this.#parsed.set(key, limit);
  }

  /** What lives on the heap is measured against the heap, RSS and what lies off the heap against the container. */
  #baseOf(key: string): number {
    const { heapLimit, containerMemory } = this.#memory;
    return key === 'heapUsed' || !isProcessKey(key) ? heapLimit : containerMemory;
  }
}
