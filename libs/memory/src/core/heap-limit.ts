const MEGABYTE = 1024 ** 2;
const OLD_SPACE_FLAG = /--max[-_]old[-_]space[-_]size=(\d+)/g;

/** What the V8 heap may grow to, as the process was started. */
export interface HeapSettings {
  /** `heap_size_limit` of V8's heap statistics, in bytes. */
  readonly heapSizeLimit: number;
  /** `process.execArgv`. */
  readonly execArgv: readonly string[];
  /** The environment variable NODE_OPTIONS. */
  readonly nodeOptions: string;
}

/**
 * How many bytes can live on the heap before V8 gives up: the limit of its old generation.
 *
 * It is not `heap_size_limit`, which counts in the young generation, up to 192 MB on Node 24: with
 * `--max-old-space-size=128` that says 320 MB, and the process dies at 128. The flag is exact. Without it V8 derives
 * both generations from the machine's memory, the young one at most 3/64 of the old one
 * (`Heap::YoungGenerationSizeFromOldGenerationSize` of V8 11 to 14).
 */
export function oldGenerationLimit({ heapSizeLimit, execArgv, nodeOptions }: HeapSettings): number {
  const flag = lastFlag(execArgv.join(' ')) ?? lastFlag(nodeOptions);
  return Math.min(flag ?? Infinity, flag === undefined ? Math.floor((heapSizeLimit * 64) / 67) : heapSizeLimit);
}

/** V8 takes the last of several; 0 means that it decides itself. */
function lastFlag(text: string): number | undefined {
  const megabytes = Number([...text.matchAll(OLD_SPACE_FLAG)].at(-1)?.[1] ?? 0);
  return megabytes > 0 ? megabytes * MEGABYTE : undefined;
}
