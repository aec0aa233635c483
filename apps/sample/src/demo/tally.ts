/** What came of one request. */
export type Outcome =
  | { readonly kind: 'right' }
  /** There was no answer, or one that says that there is none. */
  | { readonly kind: 'failed'; readonly problem: string }
  /** There was an answer, and it is not what the data says. */
  | { readonly kind: 'wrong'; readonly problem: string };

/** What is told of a number of requests; latencies in milliseconds, missing where there were no requests. */
export interface TallyFigures {
  readonly requests: number;
  readonly failed: number;
  readonly wrong: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly slowest: number | undefined;
}

/** Counts outcomes and keeps every latency: percentiles are exact. */
export class Tally {
  readonly #latencies: number[] = [];
  readonly #counts = { right: 0, failed: 0, wrong: 0 };

  get count(): number {
    return this.#latencies.length;
  }

  get failed(): number {
    return this.#counts.failed;
  }

  get wrong(): number {
    return this.#counts.wrong;
  }

  /** @param latency in milliseconds, from the moment the request was due */
  record({ kind }: Pick<Outcome, 'kind'>, latency: number): void {
    this.#counts[kind] += 1;
    this.#latencies.push(latency);
  }

  figures(): TallyFigures {
    const sorted = Float64Array.from(this.#latencies).toSorted();
    const { failed, wrong } = this.#counts;
    return {
      requests: sorted.length,
      failed,
      wrong,
      p50: percentile(sorted, 50),
      p99: percentile(sorted, 99),
      slowest: sorted.at(-1),
    };
  }
}

/** The smallest value that at least `percent` of them do not exceed (nearest rank). */
function percentile(sorted: Float64Array, percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
