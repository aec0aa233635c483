// Ends the forks of a process that is gone. It is told which they are over its standard input, which the system closes
// with the process, however that ended: `+1234` for a fork, `-1234` when it has ended.
import { createInterface } from 'node:readline';
import { killGroup } from './kill-group.js';

const forks = new Set<number>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) forks.add(pid);
    else forks.delete(pid);
  })
  .on('close', () => forks.forEach(killGroup));
