/** A level (requests per second, or connections) that goes evenly `from` one value `to` another. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
}

/** A part of a load test in which the level is constant or a {@link Ramp}. */
export interface Stage extends Ramp {
  /** Milliseconds. */
  readonly duration: number;
}

/** How long the stages take one after the other, in milliseconds. */
export function totalDuration(stages: readonly Stage[]): number {
  return stages.reduce((total, { duration }) => total + duration, 0);
}

/** The level at a time in milliseconds from the start of the first stage; 0 after the last. */
export function levelAt(stages: readonly Stage[], time: number): number {
  let start = 0;
  for (const { duration, from, to } of stages) {
    if (time < start + duration) return from + ((to - from) * Math.max(0, time - start)) / duration;
    start += duration;
  }
  return 0;
}

/** How many requests fall into a stage whose level is requests per second. */
export function requestsIn({ duration, from, to }: Stage): number {
  return (((from + to) / 2) * duration) / 1_000;
}
