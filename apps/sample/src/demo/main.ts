import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { exitWith } from '../process/fatal.js';
import { HELP, parseArguments } from './arguments.js';
import { runDemo } from './demo.js';
import type { Figures } from './figures.js';
import { LiveLine } from './live-line.js';
import { report } from './report.js';
import { styleFor } from './style.js';
import { Teardown } from './teardown.js';
import { reasonsToFail } from './verdict.js';

/** What a shell expects of a program that a signal ended. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Longer than all stops take, in milliseconds; only for when something there hangs. */
const STOP_DEADLINE = 20_000;

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) return void process.stdout.write(HELP);
  const live = new LiveLine(process.stdout);
  const teardown = new Teardown();
  const signals = endOnSignals(teardown);
  try {
    const figures = await runDemo(args, live, teardown).finally(() => live.clear());
    await teardown.run();
    if (signals.received) return;
    process.stdout.write(report(figures, styleFor(process.stdout, process.env)));
    if (args.json !== undefined) await writeJson(args.json, figures);
    process.exitCode = reasonsToFail(figures).length === 0 ? 0 : 1;
  } catch (error) {
    // What fails because it is being stopped is no news.
    if (signals.received) return;
    await teardown.run().catch(() => undefined);
    throw error;
  }
}

/** Stops everything and ends the process on Ctrl-C, and when it is asked to end otherwise. */
function endOnSignals(teardown: Teardown): { readonly received: boolean } {
  const signals = { received: false };
  for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      if (signals.received) return;
      signals.received = true;
      setTimeout(() => process.exit(exitCode), STOP_DEADLINE).unref();
      void teardown.run().then(
        () => process.exit(exitCode),
        (error: unknown) => {
          console.error(error);
          process.exit(exitCode);
        },
      );
    });
  }
  return signals;
}

async function writeJson(file: string, figures: Figures): Promise<void> {
  const json = `${JSON.stringify({ ...figures, reasons: reasonsToFail(figures) })}\n`;
  if (file === '-') process.stdout.write(json);
  else await writeFile(file, json);
}

main().catch(exitWith);
