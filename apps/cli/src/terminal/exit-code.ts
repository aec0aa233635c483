/** How a command ended. */
export const ExitCode = {
  OK: 0,
  /** A benchmark became slower, or a threshold was not met. */
  REGRESSION: 1,
  /** The command could not do what it was asked. */
  FAILED: 2,
  /** Ended by Ctrl-C: 128 and the number of the signal, as shells have it. */
  INTERRUPTED: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
