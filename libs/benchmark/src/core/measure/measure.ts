import type { ForkFailure, ForkMeasurement } from '../forks/fork-subject.js';
import { allocatedPerCall } from './allocation.js';
import { figuresOf } from './figures.js';
import type { Loops } from './fresh-loops.js';
import type { Gc } from './garbage-collector.js';
import { resolutionOf, type ProcessTimes } from './process-times.js';
import { measureRounds } from './rounds.js';
import { callsWithin, warmUp } from './warm-up.js';
import { warningsOf } from './warnings.js';
import { isThenable, Workload } from './workload.js';

/** The function to measure. */
export interface Measured {
  readonly fn: (input: unknown) => unknown;
  readonly inputs?: readonly unknown[] | undefined;
}

/** How long is measured; times in milliseconds. */
export interface MeasureOptions {
  readonly warmUp: number;
  readonly sampleTime: number;
  readonly samples: number;
}

/** What {@link measure} needs from its surroundings. */
export interface MeasureParts {
  readonly times: ProcessTimes;
  readonly gc: Gc | undefined;
  /** Loops that have called no function yet. */
  readonly loops: () => Promise<Loops>;
  /** Told what is about to be done, for a message when it never gets done. */
  readonly onPhase: (phase: 'first call' | 'warm-up' | 'measurement') => void;
}

const NANOSECONDS = 1e6;
/** A batch takes at least so many times what the timer can tell from none. */
const TICKS = 1_000;
/** Of the empty loop, in nanoseconds. */
const EMPTY_WARM_UP = 10e6;
const EMPTY_BATCH = 0.1e6;
/** Batches that take longer than they should may take so many times the time meant for all. */
const PATIENCE = 3;
/** Batches whose allocations are looked at, unless there is time for fewer. */
const HEAP_READINGS = 3;
const TOO_FAST =
  'cannot be told from an empty loop: V8 may have left the work out. Return what it computes, and compute it from `inputs`';

/**
 * Measures a function in this process: warms it up, times batches of calls in turn with those of an empty function of
 * the same shape, and subtracts. What the function throws is passed on.
 */
export async function measure(
  { fn, inputs = [undefined] }: Measured,
  options: MeasureOptions,
  { times, gc, loops, onPhase }: MeasureParts,
): Promise<ForkMeasurement | ForkFailure> {
  const resolution = resolutionOf(times);
  const batch = Math.max(options.sampleTime * NANOSECONDS, TICKS * resolution);

  onPhase('first call');
  const first = fn(inputs[0]);
  const isAsync = isThenable(first);
  const returnsNothing = (await first) === undefined;
  gc?.();

  onPhase('warm-up');
  const empty = new Workload({ fn: emptyFunction(isAsync), inputs, isAsync, loops: await loops(), times });
  const warmEmpty = await warmUp(empty, { limit: EMPTY_WARM_UP, batch: EMPTY_BATCH }, times);
  const emptyCount = callsWithin(Math.max(EMPTY_BATCH, TICKS * resolution), warmEmpty.perCall);
  const subject = new Workload({ fn, inputs, isAsync, loops: await loops(), times });
  const warm = await warmUp(subject, { limit: options.warmUp * NANOSECONDS, batch }, times);
  const count = wholeCycles(callsWithin(batch, warm.perCall), inputs.length);

  onPhase('measurement');
  const rounds = await measureRounds(
    { workload: subject, count },
    { workload: empty, count: emptyCount },
    { rounds: options.samples, limit: options.samples * batch * PATIENCE, gc, times },
  );
  const figures = figuresOf(rounds, { subject: count, empty: emptyCount }, resolution);
  if (figures === undefined) return { type: 'too-fast', message: TOO_FAST };
  const readings = Math.min(HEAP_READINGS, rounds.length);
  const ofLoop = await allocatedPerCall(empty, emptyCount, readings);
  const heap = (await allocatedPerCall(subject, count, readings)) - ofLoop;
  return {
    type: 'measured',
    ...figures,
    heap: Math.max(0, heap),
    warnings: warningsOf({
      drift: warm.drift,
      wall: figures.wall,
      returnsNothing,
      count,
      inputs: inputs.length,
      hasGc: gc !== undefined,
    }),
  };
}

/** Does nothing, in the way in which the benchmark does something. */
function emptyFunction(isAsync: boolean): (input: unknown) => unknown {
  return isAsync ? async (input) => input : (input) => input;
}

/** So that every batch has the same inputs, if one can go through all of them. */
function wholeCycles(count: number, cycle: number): number {
  return count < cycle ? count : Math.ceil(count / cycle) * cycle;
}
