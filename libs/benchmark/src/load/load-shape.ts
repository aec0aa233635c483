import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common/core';
import { z } from 'zod';
import type { Arrivals } from './arrival-times.js';
import type { Ramp, Stage } from './stages.js';

/** A part of an open loop. */
export interface RateStage {
  readonly duration: Duration;
  /** Requests per second, up to 1,000,000. */
  readonly rate: number | Ramp;
}

/** A part of a closed loop. */
export interface ConnectionsStage {
  readonly duration: Duration;
  /** Up to 100,000. */
  readonly connections: number | Ramp;
}

/** Options of {@link openLoop}: `rate` and `duration`, or `stages`. */
export type OpenLoopOptions = (RateStage | { readonly stages: readonly RateStage[] }) & {
  /** Default `'constant'`. */
  readonly arrivals?: Arrivals;
  /** Of the random arrivals: the same seed gives the same times. Default 1. */
  readonly seed?: number;
  /** So many requests may be in flight; what is due above is dropped and counted. 1 to 1,000,000, default 10,000. */
  readonly maxInFlight?: number;
};

/** Options of {@link closedLoop}: `connections` and `duration`, or `stages`. */
export type ClosedLoopOptions = (ConnectionsStage | { readonly stages: readonly ConnectionsStage[] }) & {
  /** Pause of a connection between an answer and its next request. Default 0. */
  readonly thinkTime?: Duration;
  /**
   * How often each connection would send if it did not have to wait: with it, the latency is corrected for coordinated
   * omission. At least 0.1 ms. Default: none.
   */
  readonly expectedInterval?: Duration;
};

/** {@link OpenLoopOptions} checked and complete; times in milliseconds. */
export interface OpenLoop {
  readonly loop: 'open';
  readonly stages: readonly Stage[];
  readonly arrivals: Arrivals;
  readonly seed: number;
  readonly maxInFlight: number;
}

/** {@link ClosedLoopOptions} checked and complete; times in milliseconds. */
export interface ClosedLoop {
  readonly loop: 'closed';
  readonly stages: readonly Stage[];
  readonly thinkTime: number;
  readonly expectedInterval?: number | undefined;
}

const rate = level(z.number().min(0).max(1_000_000), 'requests per second, 0 to 1,000,000');
const connections = level(z.int().min(0).max(100_000), 'a whole number of connections, 0 to 100,000');

const openLoopSchema = optionsObject({
  rate: rate.optional(),
  duration: duration(1).optional(),
  stages: z
    .array(optionsObject({ duration: duration(1), rate }))
    .min(1)
    .optional(),
  arrivals: z.enum(['constant', 'poisson']).default('constant'),
  seed: z.int().default(1),
  maxInFlight: z.int().min(1).max(1_000_000).default(10_000),
}).transform(({ rate: only, duration: time, stages, ...rest }, context): OpenLoop => {
  const given = stages?.map((stage) => stageOf(stage.duration, stage.rate));
  return { loop: 'open', stages: stagesOf({ name: 'rate', level: only, time, stages: given }, context), ...rest };
});

const closedLoopSchema = optionsObject({
  connections: connections.optional(),
  duration: duration(1).optional(),
  stages: z
    .array(optionsObject({ duration: duration(1), connections }))
    .min(1)
    .optional(),
  thinkTime: duration(0).default(0),
  expectedInterval: duration(0.1).optional(),
}).transform(({ connections: only, duration: time, stages, ...rest }, context): ClosedLoop => {
  const given = stages?.map((stage) => stageOf(stage.duration, stage.connections));
  const resolved = stagesOf({ name: 'connections', level: only, time, stages: given }, context);
  return { loop: 'closed', stages: resolved, ...rest };
});

/**
 * Requests at a given rate, whether earlier ones were answered or not: users who do not know of each other. Latency
 * counts from the time at which a request was due.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export function openLoop(options: OpenLoopOptions): OpenLoop {
  return resolveOptions({ lib: 'benchmark', what: 'openLoop() options' }, openLoopSchema, options);
}

/**
 * A number of connections of which each sends its next request when the last one was answered: batch jobs, workers,
 * callers that wait. When the server stalls, the load stalls too, and percentiles hardly show it.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export function closedLoop(options: ClosedLoopOptions): ClosedLoop {
  return resolveOptions({ lib: 'benchmark', what: 'closedLoop() options' }, closedLoopSchema, options);
}

function level(value: z.ZodNumber, expected: string) {
  return z.union(
    [value.transform((constant) => ({ from: constant, to: constant })), z.strictObject({ from: value, to: value })],
    `expected ${expected}, or { from, to } of such`,
  );
}

function stageOf(milliseconds: number, { from, to }: Ramp): Stage {
  return { duration: milliseconds, from, to };
}

interface GivenStages {
  readonly name: string;
  readonly level: Ramp | undefined;
  readonly time: number | undefined;
  readonly stages: readonly Stage[] | undefined;
}

function stagesOf({ name, level: only, time, stages }: GivenStages, context: z.RefinementCtx): readonly Stage[] {
  const single = only === undefined || time === undefined ? undefined : [stageOf(time, only)];
  const given = stages ?? single ?? [];
  if (given.length === 0 || (stages !== undefined && (only !== undefined || time !== undefined))) {
    context.addIssue(`expected either \`${name}\` and \`duration\`, or \`stages\``);
  } else if (given.every(({ from, to }) => from + to === 0)) {
    context.addIssue(`sends nothing: \`${name}\` is 0 all the time`);
  }
  return given;
}
