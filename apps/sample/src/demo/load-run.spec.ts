import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { LoadRun } from './load-run.js';
import { timelineOf } from './phases.js';
import type { DemoRequest } from './requests.js';
import type { Outcome } from './tally.js';

const READ: DemoRequest = { kind: 'stats', country: 'CH' };
const WRITE: DemoRequest = { kind: 'check-in', checkin: { userId: 1, cityId: 2 } };

function loadRun(requests: readonly DemoRequest[], rate: number, send: (clock: ManualClock) => Promise<Outcome>) {
  const clock = new ManualClock();
  const timeline = timelineOf(requests.length / rate);
  return { clock, load: new LoadRun({ requests, rate, timeline, clock, send: () => send(clock) }) };
}

describe('LoadRun', () => {
  it('shows a stall of one second in the p99: every request that falls into it counts from when it was due', async () => {
    const [stallFrom, stallUntil] = [5_000, 6_000];
    const { clock, load } = loadRun(
      Array.from({ length: 2_000 }, () => READ),
      100,
      (time) => {
        const isStalled = time.monotonic() >= stallFrom && time.monotonic() < stallUntil;
        const wait = isStalled ? stallUntil - time.monotonic() : 1;
        return new Promise((resolve) => void time.setTimeout(() => resolve({ kind: 'right' }), wait));
      },
    );
    const over = load.run();
    await clock.advance(30_000);
    await over;
    const { before, during } = load.reads;
    // 100 of the 700 requests of the phase wait between 10 ms and 1 s.
    expect(before.figures()).toMatchObject({ requests: 700, p50: 1, p99: 930, slowest: 1_000 });
    expect(during.figures()).toMatchObject({ requests: 700, p99: 1 });
  });

  it('puts a read into the phase in which it was due, and writes apart', async () => {
    const { clock, load } = loadRun([READ, READ, READ, WRITE, READ, READ, READ, READ, WRITE, READ], 1, async () => ({
      kind: 'right',
    }));
    const over = load.run();
    await clock.advance(10_000);
    await over;
    const count = ({ before, during, after, all }: typeof load.reads) =>
      [before, during, after, all].map((t) => t.count);
    expect(count(load.reads)).toEqual([3, 3, 2, 8]);
    expect(load.writes.count).toBe(2);
    expect(load.progress).toEqual({ readsAnswered: 8, writesAnswered: 2 });
  });

  it('keeps the first five problems', async () => {
    let count = 0;
    const { clock, load } = loadRun(
      Array.from({ length: 10 }, () => READ),
      10,
      async () => ({ kind: 'failed', problem: `problem ${(count += 1)}` }),
    );
    const over = load.run();
    await clock.advance(1_000);
    await over;
    expect(load.reads.all.failed).toBe(10);
    expect(load.problems).toEqual([1, 2, 3, 4, 5].map((number) => `problem ${number}`));
  });
});
