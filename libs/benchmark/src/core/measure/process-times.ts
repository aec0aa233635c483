import { performance } from 'node:perf_hooks';

/** Nanoseconds that something took. */
export interface Times {
  readonly wall: number;
  /** Of the whole process: its other threads too. */
  readonly cpu: number;
}

/** Where measurements take their times from: nanoseconds from an arbitrary start. */
export interface ProcessTimes {
  readonly wall: () => number;
  readonly cpu: () => number;
}

/** Those of this process. Taken before anything else is imported, so that nobody can put a fake timer in its place. */
export const processTimes: ProcessTimes = {
  wall: nanoseconds(performance.now.bind(performance)),
  cpu: cpuTime(process.cpuUsage.bind(process)),
};

const READINGS = 100;

/** The shortest time that `wall` can tell from none. */
export function resolutionOf({ wall }: ProcessTimes): number {
  let shortest = Infinity;
  for (let reading = 0; reading < READINGS; reading += 1) {
    const start = wall();
    let end = wall();
    while (end === start) end = wall();
    shortest = Math.min(shortest, end - start);
  }
  return shortest;
}

function nanoseconds(milliseconds: () => number): () => number {
  return () => milliseconds() * 1e6;
}

function cpuTime(usage: () => NodeJS.CpuUsage): () => number {
  return () => {
    const { user, system } = usage();
    return (user + system) * 1e3;
  };
}
