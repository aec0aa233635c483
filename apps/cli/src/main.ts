#!/usr/bin/env node
import { runCli } from './cli.js';
import { ExitCode } from './terminal/exit-code.js';
import { printError } from './terminal/print-error.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(ExitCode.INTERRUPTED);
    stop.abort();
  });
}
// From a file of benchmarks, which Node would end with 1: a regression.
process.on('uncaughtException', (error) => {
  printError(process.stderr, error, process.argv.includes('--debug'));
  process.exit(ExitCode.FAILED);
});

const exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signal: stop.signal,
});
// Not process.exitCode: what a file of benchmarks left open would keep this process alive.
process.stdout.write('', () => process.exit(exitCode));
