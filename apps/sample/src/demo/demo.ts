import { EnvolError, systemClock } from '@envol/common';
import { seededRandom } from '@envol/common/testing';
import { readCitiesFile } from '../launcher/cities-file.js';
import type { Replica } from '../launcher/launcher.js';
import type { DemoArguments, Profile } from './arguments.js';
import { AtlasClient } from './atlas-client.js';
import { CheckinLedger } from './checkin-ledger.js';
import { auditCheckins, learnCheckins } from './demo-users.js';
import type { Figures, ReplicaFigures } from './figures.js';
import { gatewayFigures, type CacheLayers } from './gateway-figures.js';
import type { LiveLine } from './live-line.js';
import { LoadObserver } from './load-observer.js';
import { LoadRun } from './load-run.js';
import { ManagementClient } from './management-client.js';
import { timelineOf, type Timeline } from './phases.js';
import { planRequests } from './plan.js';
import { progressLine } from './progress-line.js';
import { readShares } from './read-share.js';
import { ReferenceData } from './reference-data.js';
import { runReplicaOutage, type Outage } from './replica-outage.js';
import { RequestRunner } from './request-runner.js';
import { countShardRows } from './shard-rows.js';
import { startAtlas, type StartedAtlas } from './started-atlas.js';
import type { Outcome } from './tally.js';
import type { Teardown } from './teardown.js';

/** Two runs ask the same. */
const SEED = 135_233;

/** The layers that the caches of each profile must have. */
const LAYERS: Readonly<Record<Profile, CacheLayers>> = {
  embedded: { answers: ['memory'], statistics: ['memory'] },
  real: { answers: ['memory', 'redis'], statistics: ['memory', 'memcached'] },
};

/** Milliseconds from one look of the live line to the next. */
const PROGRESS_INTERVAL = 250;

const clock = systemClock;

/** Everything that takes part in a run. */
interface Cast {
  readonly atlas: StartedAtlas;
  readonly management: ManagementClient;
  readonly runner: RequestRunner;
  readonly load: LoadRun;
  readonly observer: LoadObserver;
  /** The replica that is killed. */
  readonly victim: Replica;
  readonly timeline: Timeline;
}

/**
 * Starts Atlas, drives load over it while a replica dies and comes back, and tells what came of it.
 *
 * @param teardown gets all that was started, also when this fails
 * @throws EnvolError when Atlas does not start, or the replica does not come back
 */
export async function runDemo(args: DemoArguments, live: LiveLine, teardown: Teardown): Promise<Figures> {
  live.tell(`Atlas starts (${args.profile} profile) ...`);
  const atlas = await startAtlas(args.profile, teardown);
  const client = new AtlasClient(atlas.url);
  teardown.add(() => client.close());
  const data = new ReferenceData(readCitiesFile());
  const ledger = new CheckinLedger();
  const runner = new RequestRunner(client, data, ledger);
  await learnCheckins(runner);

  const { rate, seconds } = args;
  const timeline = timelineOf(seconds);
  const requests = planRequests(data, { count: rate * seconds, rate }, seededRandom(SEED));
  const load = new LoadRun({ requests, rate, timeline, clock, send: (request) => runner.run(request) });
  const management = new ManagementClient(atlas.managementUrl);
  const observer = new LoadObserver({ load, client, management, clock });
  const cast = { atlas, management, runner, load, observer, timeline, victim: pickVictim(atlas.replicas) };
  const metricsBefore = await management.metrics();
  const outage = await fly(cast, live);
  const metrics = await management.metrics();
  const audit = await auditCheckins(runner);
  return {
    profile: args.profile,
    rate,
    timeline,
    ...answerFigures(load, audit),
    unconfirmed: ledger.unconfirmed,
    replicas: replicaFigures(cast, outage),
    readShares: readShares(observer.observations, rate / 2),
    cacheTtl: atlas.cacheTtl,
    gateway: gatewayFigures(metricsBefore, metrics, LAYERS[args.profile]),
    cities: data.cities.length,
    shards: await countShardRows(atlas.shards),
  };
}

function pickVictim(replicas: readonly Replica[]): Replica {
  const victim = replicas[1];
  if (victim !== undefined) return victim;
  throw new EnvolError('ENVOL_ATLAS_TOO_FEW_REPLICAS', 'There is no second replica to kill', 'Start more of them.');
}

/** The load, the outage and the looks at both, all from the same moment. */
async function fly({ load, observer, victim, timeline }: Cast, live: LiveLine): Promise<Outage> {
  await observer.start();
  const start = clock.monotonic();
  const show = () => live.update(progressLine(load, (clock.monotonic() - start) / 1_000, timeline.end));
  const interval = setInterval(show, PROGRESS_INTERVAL);
  const tell = (text: string) => live.tell(text);
  tell('  0.0 s: the load begins');
  try {
    const loaded = load.run();
    const outage = runReplicaOutage({ replica: victim, timeline, clock, tell });
    const [away] = await Promise.all([outage, loaded, observer.watch(loaded)]);
    return away;
  } finally {
    clearInterval(interval);
    live.clear();
  }
}

function answerFigures({ reads, writes, problems }: LoadRun, audit: readonly Outcome[]) {
  const auditProblems = audit.flatMap((outcome) => (outcome.kind === 'right' ? [] : [outcome.problem]));
  return {
    reads: {
      before: reads.before.figures(),
      during: reads.during.figures(),
      after: reads.after.figures(),
      all: reads.all.figures(),
    },
    writes: writes.figures(),
    audit: {
      requests: audit.length,
      failed: audit.filter(({ kind }) => kind === 'failed').length,
      wrong: audit.filter(({ kind }) => kind === 'wrong').length,
    },
    problems: [...problems, ...auditProblems.slice(0, 3)],
  };
}

function replicaFigures({ atlas, observer: { calls }, victim }: Cast, away: Outage): ReplicaFigures[] {
  return atlas.replicas.map((replica) => {
    const own = calls.byInstance.get(replica.instance) ?? 0;
    const figures = { instance: replica.instance, calls: own, share: own / calls.total };
    return replica === victim ? { ...figures, away } : figures;
  });
}
