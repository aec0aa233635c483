import { crc32 } from '@envol/common';

interface Candidate<T> {
  readonly node: T;
  readonly seed: number;
}

/**
 * Which node a key belongs to: every node gets a score for the key, and the highest wins. When a node goes, only its own
 * keys move, to all others alike; when one comes, it takes its share and nothing else moves. (Highest random weight:
 * Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998.) The order of nodes does not matter.
 */
export class Rendezvous<T> {
  readonly #first: Candidate<T>;
  readonly #others: readonly Candidate<T>[];

  /** @param nodes by name, one at least; the names decide, so all processes must give the same */
  constructor(nodes: ReadonlyMap<string, T>) {
    const byName = [...nodes].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const [first, ...others] = byName.map(([name, node]) => ({ node, seed: mix(crc32(name)) }));
    if (first === undefined) throw new RangeError('rendezvous hashing needs a node');
    this.#first = first;
    this.#others = others;
  }

  pick(key: string): T {
    const hash = crc32(key);
    let best = this.#first;
    let bestScore = mix(hash ^ best.seed);
    for (const candidate of this.#others) {
      const score = mix(hash ^ candidate.seed);
      if (score > bestScore) [best, bestScore] = [candidate, score];
    }
    return best.node;
  }
}

/** The finalizer of MurmurHash3 (Appleby): every bit of the input changes about half of the output. Unsigned, 32 bits. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
