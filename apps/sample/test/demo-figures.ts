import type { Figures, ReplicaFigures } from '../src/demo/figures.js';
import { timelineOf } from '../src/demo/phases.js';
import type { TallyFigures } from '../src/demo/tally.js';

/** The tally of 1,000 requests without a fault. */
export function tally(changes: Partial<TallyFigures> = {}): TallyFigures {
  return { requests: 1_000, failed: 0, wrong: 0, p50: 3.14, p99: 27.18, slowest: 123.4, ...changes };
}

/** Three replicas with these shares; the second was killed. */
export function replicas(...shares: readonly [number, number, number]): ReplicaFigures[] {
  return shares.map((share, index) => {
    const replica = { instance: `127.0.0.1:${4_001 + index}`, calls: Math.round(share * 1_000), share };
    return index === 1 ? { ...replica, away: { from: 7.01, to: 15.52 } } : replica;
  });
}

/** The figures of a run that passed. */
export function figures(): Figures {
  return {
    profile: 'embedded',
    rate: 150,
    timeline: timelineOf(20),
    reads: { before: tally(), during: tally({ p99: 1_234.5 }), after: tally(), all: tally({ requests: 3_000 }) },
    writes: tally({ requests: 128, failed: 1 }),
    unconfirmed: { found: 1, absent: 0 },
    audit: { requests: 200, failed: 0, wrong: 0 },
    problems: ['POST /checkins {"userId":1,"cityId":2}: 504 ENVOL_LOAD_BALANCER_UNKNOWN_OUTCOME'],
    replicas: replicas(0.4, 0.25, 0.35),
    readShares: [
      { from: 0, to: 1, share: 0.9 },
      { from: 1, to: 2, share: 0.6 },
    ],
    cacheTtl: 10_000,
    gateway: {
      layers: [
        { store: 'answers/memory', asked: 2_000, hits: 1_000 },
        { store: 'answers/redis', asked: 1_000, hits: 0 },
      ],
      heapUsed: 64 * 2 ** 20,
      heapLimit: 4_096 * 2 ** 20,
      limits: [{ key: 'heapUsed', level: 'soft', bytes: 3_072 * 2 ** 20 }],
      missing: [],
    },
    cities: 135,
    shards: [
      { shard: 'shard0', cities: 70, checkins: 1_000 },
      { shard: 'shard1', cities: 65, checkins: 2 },
    ],
  };
}
