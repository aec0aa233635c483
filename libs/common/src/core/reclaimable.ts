/** Something that holds memory it can give back: a cache, a pool of buffers. */
export interface Reclaimable {
  /** Names it in limits, logs and metrics. */
  readonly name: string;
  /** What it holds now, in bytes; an estimate is good enough. */
  readonly bytes: number;
  /** Gives back about `fraction` (0 to 1) of what it holds, what is dearest to lose last. */
  reclaim(fraction: number): Promise<void> | void;
}

/** The method by which a provider says what memory it holds: see {@link ReclaimableSource}. */
export const RECLAIMABLES: unique symbol = Symbol.for('envol:reclaimables');

/**
 * A provider that holds reclaimable memory. @envol/memory finds every provider of the application that has this method;
 * without @envol/memory nobody calls it.
 */
export interface ReclaimableSource {
  [RECLAIMABLES](): readonly Reclaimable[];
}
