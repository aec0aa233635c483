import { LatencyHistogram } from './latency-histogram.js';
import type { EndedRequest } from './requests.js';

/** What happened in a short time. */
export interface IntervalSummary {
  /** Successes per second. */
  readonly rate: number;
  /** Latency of the successes in milliseconds; absent when there were none. */
  readonly p50?: number;
  readonly p99?: number;
  readonly errors: number;
  readonly dropped: number;
}

/** Collects what happens until it is asked for, and then begins anew. */
export class IntervalFigures {
  readonly #latency = new LatencyHistogram();
  #errors = 0;
  #dropped = 0;
  #start: number;

  /** @param start milliseconds from the start of the run */
  constructor(start: number) {
    this.#start = start;
  }

  record({ due, ended, outcome }: EndedRequest): void {
    if (outcome.type === 'succeeded') this.#latency.record(ended - due);
    else if (outcome.type === 'failed') this.#errors += 1;
  }

  drop(): void {
    this.#dropped += 1;
  }

  /** @param now milliseconds from the start of the run */
  take(now: number): IntervalSummary {
    const p50 = this.#latency.percentile(50);
    const p99 = this.#latency.percentile(99);
    const summary = {
      rate: (this.#latency.count * 1_000) / Math.max(1, now - this.#start),
      ...(p50 !== undefined && { p50 }),
      ...(p99 !== undefined && { p99 }),
      errors: this.#errors,
      dropped: this.#dropped,
    };
    this.#latency.reset();
    this.#errors = 0;
    this.#dropped = 0;
    this.#start = now;
    return summary;
  }
}
