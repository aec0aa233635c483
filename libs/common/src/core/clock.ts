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
  /** Calls back once after `milliseconds`. Does not keep the process alive. */
  setTimeout(callback: () => void, milliseconds: number): Timer;
}

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const handle = setTimeout(callback, milliseconds);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
