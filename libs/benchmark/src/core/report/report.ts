/** Lowest and highest of what is believable: a confidence interval. */
export type Interval = readonly [low: number, high: number];

/** What a comparison of two benchmarks comes to. */
export type Verdict = 'faster' | 'slower' | 'no difference';

/** How one benchmark's time compares with another's, over the medians of their forks. */
export interface Comparison {
  readonly verdict: Verdict;
  /** Median of this one divided by the median of the other: 1.1 means that this one takes 10 % longer. */
  readonly ratio: number;
  /** 95 % bootstrap interval of {@link ratio}. */
  readonly interval: Interval;
  /** Two-sided p of the Mann-Whitney test. */
  readonly p: number;
}

/** A benchmark that gave figures. Times are nanoseconds of wall time per operation, one sample for each fork. */
export interface MeasuredBenchmark {
  readonly name: string;
  readonly outcome: 'measured';
  /** The median of each fork, in the order in which the forks ran. */
  readonly samples: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly median: number;
  readonly p75: number;
  readonly p99: number;
  /** Half of the 95 % interval of the average, relative to it: 0.02 is +-2 %. */
  readonly margin: number;
  readonly opsPerSecond: number;
  /** CPU time of the whole process per operation, in nanoseconds. */
  readonly cpu: number;
  /** Bytes allocated on the heap per operation; absent where they could not be told. */
  readonly heap?: number;
  /** Against the baseline of the run; absent on the baseline. */
  readonly comparison?: Comparison;
  readonly warnings: readonly string[];
}

/** A benchmark that gave no figure, and why. */
export interface UnmeasuredBenchmark {
  readonly name: string;
  /**
   * `too-fast`: not to be told from an empty loop, as when the work was optimised away; `timed-out`: slower than the
   * time limit, or never done; `failed`: it threw, or its process ended.
   */
  readonly outcome: 'too-fast' | 'timed-out' | 'failed';
  readonly message: string;
}

export type BenchmarkResult = MeasuredBenchmark | UnmeasuredBenchmark;

/** Where and on what a report was made. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
}

/** What the baseline, compared with itself in the same run, came to: the machine's noise. */
export interface Noise {
  /** The benchmark that ran twice. */
  readonly name: string;
  readonly comparison: Comparison;
  readonly samples: readonly number[];
}

/** What a run of a suite gave. Plain data: it survives JSON. */
export interface BenchmarkReport {
  readonly version: 1;
  readonly suite: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly machine: Machine;
  readonly forks: number;
  /** Name of the benchmark that the others are compared with. */
  readonly baseline: string;
  /** Absent when the baseline could not be measured. */
  readonly noise?: Noise;
  readonly results: readonly BenchmarkResult[];
}
