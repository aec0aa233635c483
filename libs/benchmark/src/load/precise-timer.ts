import { systemClock, type Clock, type Timer } from '@envol/common/core';
import { availableParallelism } from 'node:os';

/** Node's timers count whole milliseconds and fire up to two late; so long before the due time they hand over. */
const COARSE = 2;

/**
 * Timers of `clock`, made precise if it is the system's: near the due time the event loop is turned without a pause, so
 * that a request at 5,000 a second, one every 0.2 ms, leaves when it is due. That costs the CPU time of a core, not
 * latency: what has arrived is handled in each turn. On a machine of one core the server would lack it, so there they
 * stay as they are.
 */
export function preciseTimer(clock: Clock): Clock['setTimeout'] {
  if (clock === systemClock && availableParallelism() > 1) return preciseTimeout;
  return (callback, milliseconds) => clock.setTimeout(callback, milliseconds);
}

function preciseTimeout(callback: () => void, milliseconds: number): Timer {
  const due = systemClock.monotonic() + milliseconds;
  let isCancelled = false;
  const turn = (): void => {
    if (isCancelled) return;
    if (systemClock.monotonic() >= due) callback();
    else setImmediate(turn);
  };
  const timer = milliseconds > COARSE ? systemClock.setTimeout(turn, milliseconds - COARSE) : undefined;
  if (timer === undefined) setImmediate(turn);
  return {
    cancel: () => {
      isCancelled = true;
      timer?.cancel();
    },
  };
}
