import type { ForkEnd } from './fork-process.js';
import type { ForkPhase } from './fork-protocol.js';
import type { ForkFailure } from './fork-subject.js';

const DURING: Readonly<Record<ForkPhase, string>> = {
  start: 'before its file was imported',
  import: 'while its file was imported',
  setup: 'in its setup',
  'first call': 'in its first call',
  'warm-up': 'during the warm-up',
  measurement: 'while it was measured',
  teardown: 'in its teardown',
};

/** The time limit was over. */
export function timedOut({ phase }: ForkEnd, timeLimit: number): ForkFailure {
  return { type: 'timed-out', message: `not done within ${timeLimit} ms; it was ended ${DURING[phase]}` };
}

/** The process ended before it told anything. */
export function crashed({ phase, reason, errorOutput }: ForkEnd): ForkFailure {
  const why = tellingLine(errorOutput);
  return { type: 'failed', message: `its process ${reason} ${DURING[phase]}${why === undefined ? '' : `: ${why}`}` };
}

/** The line that says what is wrong: of an error, or the last one. */
function tellingLine(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /error\b/i.test(line)) ?? lines.findLast((line) => line !== '');
}
