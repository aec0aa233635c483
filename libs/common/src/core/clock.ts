/** A timer of a {@link Clock}: it can be cancelled, and cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Where Envol takes the time from, so that tests can move it by hand (`ManualClock` in `/testing`). */
export interface Clock {
  /** Wall time in milliseconds since the epoch: for expiries that other processes read. May jump. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back: for durations. */
  monotonic(): number;
  /** Calls back once after `milliseconds`, at most 24.8 days. Does not keep the process alive. */
  setTimeout(callback: () => void, milliseconds: number): Timer;
}

/** Node takes longer timers for 1 ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const handle = setTimeout(callback, Math.min(milliseconds, LONGEST_TIMER));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
