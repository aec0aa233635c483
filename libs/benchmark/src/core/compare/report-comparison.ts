import type { Comparison, Machine } from '../report/report.js';

/**
 * What became of a benchmark. `unmeasured`: one of the two has no figure for it; `incomparable`: both have, but nothing
 * can be said of the difference (other machines, or noise that nobody knows).
 */
export type BenchmarkStatus = 'regressed' | 'improved' | 'same' | 'added' | 'removed' | 'unmeasured' | 'incomparable';

/** One benchmark, now and in the base. */
export interface ComparedBenchmark {
  readonly name: string;
  readonly status: BenchmarkStatus;
  /** Median of the base in nanoseconds, where it has one. */
  readonly base?: number;
  /** Median now in nanoseconds, where there is one. */
  readonly now?: number;
  /** Now against the base, where both were measured. Its verdict is that beyond the tolerance. */
  readonly comparison?: Comparison;
  /** Why one of the two has no figure. */
  readonly message?: string;
}

/** Where a side of a comparison comes from. */
export interface ReportOrigin {
  /** ISO 8601. */
  readonly createdAt: string;
  readonly machine: Machine;
  /** The commit, when the comparison is with a revision. */
  readonly commit?: string;
}

/** Two reports of a suite side by side. Plain data: it survives JSON. */
export interface ReportComparison {
  readonly suite: string;
  readonly base: ReportOrigin;
  readonly now: ReportOrigin;
  /** The smallest difference that could be told from noise, as a share: 0.05 is 5 %. */
  readonly tolerance: number;
  /** In the order of now; what was removed comes last. */
  readonly benchmarks: readonly ComparedBenchmark[];
  /** What makes the comparison less certain than it looks. */
  readonly warnings: readonly string[];
  /** Whether a benchmark has `regressed`: what CI is to fail on. */
  readonly hasRegressed: boolean;
}
