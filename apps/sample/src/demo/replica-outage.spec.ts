import { ManualClock } from '@envol/common/testing';
import { expect, it } from '@jest/globals';
import { timelineOf } from './phases.js';
import { runReplicaOutage } from './replica-outage.js';

/** How long the replica takes to start, in milliseconds. */
const START = 1_500;

function outage(start: (clock: ManualClock) => Promise<void>) {
  const clock = new ManualClock();
  const told: string[] = [];
  const actions: string[] = [];
  const replica = {
    instance: '127.0.0.1:4002',
    process: {
      kill: async () => void actions.push(`kill ${clock.monotonic()}`),
      start: () => {
        actions.push(`start ${clock.monotonic()}`);
        return start(clock);
      },
    },
  };
  const tell = (text: string) => void told.push(text);
  return { clock, told, actions, run: runReplicaOutage({ replica, timeline: timelineOf(20), clock, tell }) };
}

it('kills the replica at 7 s of 20, starts it at 14, and tells what happens and when it was away', async () => {
  const { clock, told, actions, run } = outage(
    (time) => new Promise((resolve) => void time.setTimeout(resolve, START)),
  );
  await clock.advance(20_000);
  await expect(run).resolves.toEqual({ from: 7, to: 15.5 });
  expect(actions).toEqual(['kill 7000', 'start 14000']);
  expect(told).toEqual([
    '  7.0 s: replica 127.0.0.1:4002 killed (SIGKILL)',
    ' 14.0 s: replica 127.0.0.1:4002 started again',
    ' 15.5 s: replica 127.0.0.1:4002 is ready',
  ]);
});

it('fails when the replica does not come back', async () => {
  const { clock, run } = outage(() => Promise.reject(new Error('ended early')));
  await Promise.all([expect(run).rejects.toThrow('ended early'), clock.advance(20_000)]);
});
