import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { COMMANDS } from './commands/index.js';
import type { CliContext } from './terminal/context.js';
import { ExitCode } from './terminal/exit-code.js';
import { printError } from './terminal/print-error.js';

/**
 * Runs `envol` with these arguments. Never rejects: what goes wrong is printed to standard error.
 *
 * @returns the code to exit with
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const { stderr, signal } = context;
  let exitCode: ExitCode = ExitCode.OK;
  const program = createProgram(context, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.FAILED;
    if (error !== signal.reason) printError(stderr, error, program.opts()['debug'] === true);
    exitCode = ExitCode.FAILED;
  }
  return signal.aborted ? ExitCode.INTERRUPTED : exitCode;
}

function createProgram(context: CliContext, done: (code: ExitCode) => void): Command {
  const { stdout, stderr } = context;
  const program = new Command('envol')
    .description('Benchmarks with a verdict and load tests, for Node and NestJS.')
    .version(version())
    .option('--json', 'end standard output with one line of JSON; everything else goes to standard error')
    .option('--debug', 'show where in the code an error comes from')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride();
  for (const { name, define, run } of COMMANDS) {
    const command = program.command(name);
    define(command);
    command.action(async () => {
      const { debug: _debug, ...options } = command.optsWithGlobals();
      done(await run(command.args, options, context));
    });
  }
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
