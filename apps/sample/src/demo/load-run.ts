import type { Clock } from '@envol/common';
import { openLoop } from './open-loop.js';
import { phaseAt, type Phase, type Timeline } from './phases.js';
import type { Observation } from './read-share.js';
import type { DemoRequest } from './requests.js';
import { Tally, type Outcome } from './tally.js';

/** More of them tell a person nothing new. */
const MOST_PROBLEMS = 5;

export interface LoadRunOptions {
  readonly requests: readonly DemoRequest[];
  /** Requests per second. */
  readonly rate: number;
  readonly timeline: Timeline;
  readonly clock: Clock;
  /** Sends a request and judges the answer; does not reject. */
  readonly send: (request: DemoRequest) => Promise<Outcome>;
}

/** The load, and what has come of it so far. */
export class LoadRun {
  readonly reads: Readonly<Record<Phase | 'all', Tally>> = {
    before: new Tally(),
    during: new Tally(),
    after: new Tally(),
    all: new Tally(),
  };
  readonly writes = new Tally();
  /** The first of them. */
  readonly problems: string[] = [];
  readonly #options: LoadRunOptions;

  constructor(options: LoadRunOptions) {
    this.#options = options;
  }

  /** Resolves when every request is answered. */
  run(): Promise<void> {
    const { requests, rate, clock } = this.#options;
    const start = clock.monotonic();
    return openLoop({ rate, count: requests.length, clock }, async (index, dueAt) => {
      const request = requests[index];
      if (request !== undefined) await this.#send(request, start, dueAt);
    });
  }

  /** How things stand, for the share of the reads that reach replicas. */
  get progress(): Pick<Observation, 'readsAnswered' | 'writesAnswered'> {
    return { readsAnswered: this.reads.all.count, writesAnswered: this.writes.count };
  }

  async #send(request: DemoRequest, start: number, dueAt: number): Promise<void> {
    const { clock, timeline, send } = this.#options;
    const isWrite = request.kind === 'check-in';
    const outcome = await send(request);
    const latency = clock.monotonic() - dueAt;
    const tallies = isWrite ? [this.writes] : [this.reads.all, this.reads[phaseAt(timeline, (dueAt - start) / 1_000)]];
    for (const tally of tallies) tally.record(outcome, latency);
    if (outcome.kind !== 'right' && this.problems.length < MOST_PROBLEMS) this.problems.push(outcome.problem);
  }
}
