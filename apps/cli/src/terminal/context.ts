/** Where a command writes; a stream of the process, or a test's. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** What a command has of its surroundings, so that it runs in a test as in a terminal. */
export interface CliContext {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Paths are relative to it. */
  readonly cwd: string;
  /** Aborted when the user wants the command to end. */
  readonly signal: AbortSignal;
}
