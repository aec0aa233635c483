import type { Figures, ReplicaFigures } from './figures.js';
import { percent, plural, seconds } from './format.js';

/** Of the calls, for an instance that was up all along. */
const LEAST_CALLS = 0.15;
const MOST_CALLS = 0.55;

/** A cache that answers nearly everything would make the replicas, and their failure, irrelevant. */
const LEAST_READS_AT_REPLICAS = 0.25;

/** The writes that a dying replica had in hand are few, also of the few writes of a short run. */
const MOST_FAILED_WRITES = 0.1;
const FEW_WRITES = 3;

/** Why a run failed; nothing when it passed. */
export function reasonsToFail(figures: Figures): string[] {
  return [
    ...answers(figures),
    ...figures.replicas.flatMap((replica) => shareOf(replica)),
    ...readsAtReplicas(figures),
    ...cities(figures),
    ...figures.gateway.missing.map((series) => `GET /metrics does not have ${series}`),
  ];
}

function answers({ reads, writes, audit }: Figures): string[] {
  const checks: [boolean, string][] = [
    [reads.all.requests === 0, 'nothing was read'],
    [reads.all.failed > 0, `${plural(reads.all.failed, 'read')} failed`],
    [reads.all.wrong > 0, `${plural(reads.all.wrong, 'read')} got a wrong answer`],
    [writes.wrong > 0, `${plural(writes.wrong, 'write')} got a wrong answer`],
    [
      writes.failed > Math.max(FEW_WRITES, writes.requests * MOST_FAILED_WRITES),
      `${writes.failed} of ${plural(writes.requests, 'write')} failed: more than a replica has in hand when it dies`,
    ],
    [audit.failed > 0, `the check-ins of ${plural(audit.failed, 'user')} could not be read at the end`],
    [audit.wrong > 0, `the check-ins of ${plural(audit.wrong, 'user')} were not what was written`],
  ];
  return checks.filter(([isBroken]) => isBroken).map(([, reason]) => reason);
}

function shareOf({ instance, share, away }: ReplicaFigures): string[] {
  if (away !== undefined || (share >= LEAST_CALLS && share <= MOST_CALLS)) return [];
  const bounds = `${percent(LEAST_CALLS)} to ${percent(MOST_CALLS)}`;
  return [`replica ${instance} was up all along and had ${percent(share)} of the calls instead of ${bounds}`];
}

function readsAtReplicas({ readShares }: Figures): string[] {
  if (readShares.length === 0) return ['it was never seen how many reads reach a replica'];
  return readShares
    .filter(({ share }) => !(share >= LEAST_READS_AT_REPLICAS))
    .map(({ from, to, share }) => {
      const span = `${seconds(from)} to ${seconds(to)}`;
      return `from ${span} only ${percent(share)} of the reads reached a replica, less than ${percent(LEAST_READS_AT_REPLICAS)}`;
    });
}

function cities({ shards, cities: expected }: Figures): string[] {
  const found = shards.reduce((sum, shard) => sum + shard.cities, 0);
  return found === expected ? [] : [`the shards hold ${found} cities instead of ${expected}`];
}
