import type { Profile } from './arguments.js';
import type { GatewayFigures } from './gateway-figures.js';
import type { Phase, Timeline } from './phases.js';
import type { Outage } from './replica-outage.js';
import type { ReadShare } from './read-share.js';
import type { ShardRows } from './shard-rows.js';
import type { TallyFigures } from './tally.js';

export interface ReplicaFigures {
  readonly instance: string;
  readonly calls: number;
  /** Of all calls, from 0 to 1. */
  readonly share: number;
  /** Of the one that was killed: when it was away. */
  readonly away?: Outage;
}

/** Everything that a run of the demo found out. */
export interface Figures {
  readonly profile: Profile;
  readonly rate: number;
  readonly timeline: Timeline;
  readonly reads: Readonly<Record<Phase | 'all', TallyFigures>>;
  readonly writes: TallyFigures;
  /** Writes that were answered with an error, by whether they were there at the end. */
  readonly unconfirmed: { readonly found: number; readonly absent: number };
  /** The check-ins of every user, read once more when all was over. */
  readonly audit: Pick<TallyFigures, 'requests' | 'failed' | 'wrong'>;
  /** The first of what went wrong. */
  readonly problems: readonly string[];
  readonly replicas: readonly ReplicaFigures[];
  /** Of the reads, the part that reached a replica, second by second. */
  readonly readShares: readonly ReadShare[];
  readonly cacheTtl: number;
  readonly gateway: GatewayFigures;
  readonly cities: number;
  readonly shards: readonly ShardRows[];
}
