/** The replica is killed after this part of the load, and started again after that one. */
const KILL_AT = 0.35;
const RETURN_AT = 0.7;

export type Phase = 'before' | 'during' | 'after';

/** When what happens, in seconds from the start of the load. */
export interface Timeline {
  readonly killAt: number;
  readonly returnAt: number;
  readonly end: number;
}

export function timelineOf(seconds: number): Timeline {
  return { killAt: seconds * KILL_AT, returnAt: seconds * RETURN_AT, end: seconds };
}

/** The phase of a request that was due `second` seconds after the start. */
export function phaseAt({ killAt, returnAt }: Timeline, second: number): Phase {
  if (second < killAt) return 'before';
  return second < returnAt ? 'during' : 'after';
}
