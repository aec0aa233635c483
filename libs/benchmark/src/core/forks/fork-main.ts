// The program of a fork. What measures is imported before the benchmark, so that it has the real timers.
import { fileURLToPath } from 'node:url';
import { freshLoops } from '../measure/fresh-loops.js';
import { acquireGc } from '../measure/garbage-collector.js';
import { processTimes } from '../measure/process-times.js';
import { describeError } from './describe-error.js';
import { ForkHost } from './fork-host.js';
import { parseForkTask, type ForkMessage, type ForkPhase, type ForkTask } from './fork-protocol.js';
import type { ForkOutcome } from './fork-subject.js';
import { measureBenchmark } from './measure-benchmark.js';
import { setHost } from './suite-host.js';

const parts = { times: processTimes, gc: acquireGc(), loops: freshLoops, onPhase };

// Without its parent it has nothing to do. Listening also keeps the process alive while a promise is pending.
process.once('disconnect', () => process.exit());
process.once('message', (message) => void perform(parseForkTask(message)));

async function perform(task: ForkTask): Promise<void> {
  const host = new ForkHost(task, { measure: (benchmark) => measureBenchmark(benchmark, task, parts), deliver });
  setHost(host);
  process.on('uncaughtException', (error) => fail(`it threw outside of its calls ${describeError(error)}`));
  // As when it is run by itself, for a module that looks whether it is.
  process.argv[1] = fileURLToPath(task.file);
  onPhase('import');
  try {
    await import(task.file);
  } catch (error) {
    fail(`its file cannot be imported: ${describeError(error)}`);
    return;
  }
  await host.imported();
}

function onPhase(phase: ForkPhase): void {
  tell({ type: 'envol:benchmark:phase', phase });
}

function fail(message: string): void {
  deliver({ type: 'failed', message });
}

function deliver(outcome: ForkOutcome): void {
  tell({ type: 'envol:benchmark:outcome', outcome }, () => process.exit());
}

function tell(message: ForkMessage, told?: () => void): void {
  process.send?.(message, undefined, undefined, told);
}
