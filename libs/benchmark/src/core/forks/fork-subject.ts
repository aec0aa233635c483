/** What is measured in forks: one benchmark of a suite. */
export interface ForkSubject {
  /** Tells it from the others of a run. */
  readonly id: string;
  /** File URL of the module that makes the suite when it is imported. */
  readonly file: string;
  readonly suite: string;
  readonly benchmark: string;
  /** Working directory of its forks. Default: that of this process. */
  readonly cwd?: string;
}

/** What one fork came to. */
export type ForkOutcome = ForkMeasurement | ForkFailure;

/** Figures of one fork. */
export interface ForkMeasurement {
  readonly type: 'measured';
  /** Wall time per operation in nanoseconds: the median of the fork's batches, without the loop around the operation. */
  readonly wall: number;
  /** CPU time of the whole process per operation in nanoseconds, without the loop. */
  readonly cpu: number;
  /** Bytes allocated on the heap per operation; absent where they could not be told. */
  readonly heap?: number;
  readonly warnings: readonly string[];
}

/** Why a fork gave no figure. */
export interface ForkFailure {
  readonly type: 'too-fast' | 'timed-out' | 'failed';
  readonly message: string;
  /** Whether the file has no such benchmark, as when it is of another revision. */
  readonly isMissing?: boolean;
}
