import type { Clock } from '@envol/common';

import type { Timeline } from './phases.js';
import { wait } from './wait.js';

export interface ReplicaOutageOptions {
  readonly replica: {
    readonly instance: string;
    readonly process: { kill(): Promise<void>; start(): Promise<void> };
  };
  readonly timeline: Timeline;
  readonly clock: Clock;
  /** Hears what happens, after how many seconds. */
  readonly tell: (text: string) => void;
}

/** When a replica was away, in seconds from the start. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/**
 * Kills a replica and starts it again, at the times of the timeline. Resolves when it is ready.
 *
 * @throws EnvolError `ENVOL_ATLAS_ENDED_EARLY` when it does not come back
 */
export async function runReplicaOutage({ replica, timeline, clock, tell }: ReplicaOutageOptions): Promise<Outage> {
  const start = clock.monotonic();
  const elapsed = () => (clock.monotonic() - start) / 1_000;
  const until = (second: number) => wait(clock, (second - elapsed()) * 1_000);
  const report = (what: string) => tell(`${elapsed().toFixed(1).padStart(5)} s: replica ${replica.instance} ${what}`);
  await until(timeline.killAt);
  const from = elapsed();
  await replica.process.kill();
  report('killed (SIGKILL)');
  await until(timeline.returnAt);
  report('started again');
  await replica.process.start();
  report('is ready');
  return { from, to: elapsed() };
}
