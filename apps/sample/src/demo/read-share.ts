/** Counters as they stood at one moment of the load; all of them only grow, but for `underWay`. */
export interface Observation {
  /** Seconds since the start. */
  readonly at: number;
  readonly readsAnswered: number;
  /** Each is a call to a replica that no read made. */
  readonly writesAnswered: number;
  /** Calls to replicas. */
  readonly calls: number;
  /** Requests that Atlas had in hand. */
  readonly underWay: number;
}

/** The part of the reads of a stretch of time that reached a replica. */
export interface ReadShare {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Requests that are under way at a border are counted on one side as calls and on the other as answers. */
const MOST_UNDER_WAY = 0.2;

/**
 * The share of each second, from one observation a second. A second in which hardly anything was answered, or at whose
 * end a fifth of its reads were still under way, says nothing by itself: it is judged together with the next, the last
 * one with the one before it.
 *
 * @param fewest reads that a share is computed from
 */
export function readShares(observations: readonly Observation[], fewest: number): ReadShare[] {
  const borders: Observation[] = [];
  for (const observation of observations) {
    const last = borders.at(-1);
    if (last === undefined || isBorder(last, observation, fewest)) borders.push(observation);
  }
  const end = observations.at(-1);
  if (end !== undefined && borders.length > 1 && borders.at(-1) !== end) borders[borders.length - 1] = end;
  return borders.slice(1).map((border, index) => shareBetween(borders[index] ?? border, border));
}

function isBorder(last: Observation, { readsAnswered, underWay }: Observation, fewest: number): boolean {
  const reads = readsAnswered - last.readsAnswered;
  return reads >= fewest && underWay <= reads * MOST_UNDER_WAY;
}

function shareBetween(from: Observation, to: Observation): ReadShare {
  const reads = to.readsAnswered - from.readsAnswered;
  const calls = to.calls - from.calls - (to.writesAnswered - from.writesAnswered);
  return { from: from.at, to: to.at, share: Math.max(0, calls / reads) };
}
