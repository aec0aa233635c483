import { plural } from './format.js';
import type { LoadRun } from './load-run.js';

const WIDTH = 20;

/** How far the load is, for the line that is always rewritten. */
export function progressLine({ reads, writes }: LoadRun, elapsed: number, end: number): string {
  const done = Math.min(1, elapsed / end);
  const bar = '█'.repeat(Math.floor(done * WIDTH)).padEnd(WIDTH, '░');
  const failed = reads.all.failed;
  const wrong = reads.all.wrong + writes.wrong;
  return ` ${bar} ${Math.min(elapsed, end).toFixed(1).padStart(5)} s  ${plural(reads.all.count, 'read')}, ${failed} failed, ${wrong} wrong`;
}
