import type { Command } from 'commander';
import type { CliContext } from './terminal/context.js';
import type { ExitCode } from './terminal/exit-code.js';

/** A command of `envol`: one file in `commands/`, and a line in `commands/index.ts`. */
export interface CliCommand {
  /** What is typed after `envol`. */
  readonly name: string;
  /** Says what arguments and options there are; `--json` and `--debug` are everywhere. */
  readonly define: (command: Command) => void;
  /** Does it. What it throws is printed, and ends `envol` with `ExitCode.FAILED`. */
  readonly run: (args: readonly string[], options: unknown, context: CliContext) => Promise<ExitCode>;
}
