import { ErrorCounts } from './error-counts.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { EndedRequest } from './requests.js';

/** What a load test has come to so far. */
export class LoadFigures {
  /** Of successes, from when they were due. */
  readonly latency = new LatencyHistogram();
  /** Of successes, from when they went out. */
  readonly serviceTime = new LatencyHistogram();
  /** Of failures, from when they were due. */
  readonly errorLatency = new LatencyHistogram();
  /** How late requests were sent. */
  readonly lag = new LatencyHistogram();
  readonly errors = new ErrorCounts();
  #failed = 0;
  #dropped = 0;
  #unfinished = 0;
  #lastEnd = 0;

  get requests() {
    const succeeded = this.latency.count;
    const sent = succeeded + this.#failed + this.#unfinished;
    return { sent, succeeded, failed: this.#failed, dropped: this.#dropped, unfinished: this.#unfinished };
  }

  /** When the last request ended, in milliseconds from the start of the run; 0 when none has. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  /** The main figures after so many milliseconds. */
  overall(elapsed: number) {
    const rate = (this.latency.count * 1_000) / Math.max(1, elapsed);
    return { rate, p50: this.latency.percentile(50), p99: this.latency.percentile(99) };
  }

  record({ due, called, sent, ended, outcome }: EndedRequest): void {
    this.lag.record(called - due);
    this.#lastEnd = ended;
    if (outcome.type === 'succeeded') {
      this.latency.record(ended - due);
      this.serviceTime.record(ended - sent);
    } else if (outcome.type === 'failed') {
      this.#failed += 1;
      this.errorLatency.record(ended - due);
      this.errors.add(outcome.error);
    } else {
      this.#unfinished += 1;
    }
  }

  drop(): void {
    this.#dropped += 1;
  }
}
