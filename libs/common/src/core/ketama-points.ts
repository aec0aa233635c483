import { md5 } from './md5.js';

/** What a ring chooses among. */
export interface KetamaNode {
  /** Where its points lie depends on it; see `ketamaNodeName`. */
  readonly name: string;
  /** Its share compared with others: more than 0, at most 16,777,216. Default 1. */
  readonly weight?: number | undefined;
}

/** A place on the circle of 2^32, and whose it is. */
export interface KetamaPoint<N> {
  readonly at: number;
  readonly node: N;
}

/** MD5 sums of a node of average weight; each gives four points. */
const SUMS_PER_NODE = 40;

/** The points of all nodes, ascending; where two are the same, that of the earlier node comes first. */
export function ketamaPoints<N extends KetamaNode>(nodes: readonly N[]): readonly KetamaPoint<N>[] {
  const total = nodes.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const points: KetamaPoint<N>[] = [];
  for (const node of nodes) {
    const sums = sumsOf((node.weight ?? 1) / total, nodes.length);
    for (let sum = 0; sum < sums; sum++) {
      for (const word of md5(`${node.name}-${sum}`)) points.push({ at: word >>> 0, node });
    }
  }
  return points.toSorted((a, b) => a.at - b.at);
}

/** Every operation is rounded to single precision, as in libmemcached (`update_continuum` in hosts.cc). */
function sumsOf(share: number, nodes: number): number {
  const ofOne = Math.fround(Math.fround(share) * SUMS_PER_NODE);
  return Math.floor(Math.fround(Math.fround(ofOne * nodes) + 1e-10));
}
