import { z } from 'zod';
import { EnvolError } from './errors.js';
import { HashCircle } from './hash-circle.js';
import { ketamaPoints, type KetamaNode } from './ketama-points.js';
import { md5 } from './md5.js';
import { nearest } from './nearest.js';
import { resolveOptions } from './options.js';

const DEFAULT_PORT = 11_211;
/** Up to here integers are exact in single precision. */
const MAX_WEIGHT = 2 ** 24;
const REMEMBERED_KEYS = 1_024;
/** The longest key that memcached takes. */
const LONGEST_REMEMBERED = 250;

const nodesSchema = z
  .array(z.looseObject({ name: z.string().min(1), weight: z.number().positive().max(MAX_WEIGHT).optional() }))
  .superRefine((nodes, context) => {
    const names = new Set<string>();
    for (const [index, { name }] of nodes.entries()) {
      if (names.has(name)) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `there are two nodes "${name}"` });
      }
      names.add(name);
    }
  });

/**
 * Consistent hashing as memcached clients do it, so that they agree with this one where a key lives: libmemcached with
 * `KETAMA_WEIGHTED`, and what is built on it. Every node has points on a circle, and a key belongs to the next point:
 * when one of n nodes goes, about 1/n of the keys move, and with equal weights no others.
 *
 * A node of average weight has 40 MD5 sums, of `name-0`, `name-1` and so on, and each gives four points. libmemcached
 * counts the sums in single precision, which comes to 39 with 25, 47, 50, 55, 61, 71, 94 and 100 equal nodes, and so
 * does this ring: between such a number and the next 2.5 % of the keys move that need not. A node of less than a
 * fortieth of the average weight has no points.
 *
 * A ring never changes, and the order of its nodes does not matter. It remembers up to 1,024 keys, so that hot ones are
 * not hashed again.
 */
export class KetamaRing<N extends KetamaNode> {
  /** In the order of their names. */
  readonly nodes: readonly N[];
  readonly #circle: HashCircle;
  /** The node of each point. */
  readonly #owners: readonly N[];
  readonly #first: N;
  readonly #remembered = new Map<string, N>();

  /** @throws EnvolError `ENVOL_COMMON_INVALID_OPTIONS` for no nodes, a name given twice, a weight that is none */
  constructor(nodes: readonly N[]) {
    resolveOptions({ lib: 'common', what: 'KetamaRing nodes' }, nodesSchema, nodes);
    this.nodes = nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const points = ketamaPoints(this.nodes);
    const [first] = points;
    if (first === undefined) throw noNodes();
    this.#first = first.node;
    this.#owners = points.map(({ node }) => node);
    this.#circle = new HashCircle(points.map(({ at }) => at));
  }

  /** The node that `key` belongs to. */
  pick(key: string): N {
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const node = this.#owners[this.#find(key)] ?? this.#first;
    if (key.length > LONGEST_REMEMBERED) return node;
    if (this.#remembered.size >= REMEMBERED_KEYS) this.#remembered.clear();
    this.#remembered.set(key, node);
    return node;
  }

  /**
   * The node of `key` and those after it on the circle, `count` different ones: where copies belong, or whom to ask
   * when the first is away. All of them, when there are fewer.
   */
  pickMany(key: string, count: number): N[] {
    const picked = new Set<N>();
    const start = this.#find(key);
    for (let index = 0; index < this.#owners.length && picked.size < count; index++) {
      picked.add(this.#owners[(start + index) % this.#owners.length] ?? this.#first);
    }
    return [...picked];
  }

  /** A ring with `node` as well, or in the place of the one of its name. */
  with(node: N): KetamaRing<N> {
    return new KetamaRing([...this.nodes.filter(({ name }) => name !== node.name), node]);
  }

  /**
   * A ring without a node.
   *
   * @throws EnvolError `ENVOL_COMMON_UNKNOWN_NODE`; `ENVOL_COMMON_INVALID_OPTIONS` when it was the only one
   */
  without(name: string): KetamaRing<N> {
    const left = this.nodes.filter((node) => node.name !== name);
    if (left.length < this.nodes.length) return new KetamaRing(left);
    const names = this.nodes.map((node) => node.name);
    const guess = nearest(name, names);
    throw new EnvolError(
      'ENVOL_COMMON_UNKNOWN_NODE',
      `there is no node "${name}" on the ring`,
      guess === undefined ? `Nodes are ${names.join(', ')}.` : `Did you mean "${guess}"?`,
    );
  }

  /** The number of the first point at or after the hash of `key`. */
  #find(key: string): number {
    return this.#circle.next((md5(key)[0] ?? 0) >>> 0);
  }
}

/** The name that libmemcached gives a server: `host` on port 11211, else `host:port`. */
export function ketamaNodeName(host: string, port: number): string {
  return port === DEFAULT_PORT ? host : `${host}:${port}`;
}

function noNodes(): EnvolError {
  return new EnvolError(
    'ENVOL_COMMON_INVALID_OPTIONS',
    'KetamaRing nodes: there are none',
    'Give it one node at least.',
  );
}
