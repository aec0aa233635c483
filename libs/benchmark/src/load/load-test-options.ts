import { callable, duration, optionsObject, resolveOptions, type Clock, type Duration } from '@envol/common/core';
import { z } from 'zod';
import type { LoadProgress } from './load-progress.js';
import type { ClosedLoop, OpenLoop } from './load-shape.js';
import type { LoadFunction, LoadTarget } from './load-target.js';
import { parseThreshold, type Threshold } from './thresholds.js';

/** Options of `loadTest`. */
export interface LoadTestOptions {
  /** What gets the load: `httpTarget()`, `clientProxyTarget()`, or a function that sends one request. */
  readonly target: LoadTarget | LoadFunction;
  /** When requests are sent: `openLoop()` or `closedLoop()`. */
  readonly load: OpenLoop | ClosedLoop;
  /** Of the report. Default: the name of the target. */
  readonly name?: string;
  /** Load at the level at which the first stage begins, before it, of which nothing is recorded. Default 0. */
  readonly warmUp?: Duration;
  /** Longest wait for one answer, from when the target was called; then the request has failed. Default `'10s'`. */
  readonly timeout?: Duration;
  /** Longest wait, when all is sent, for what is still in flight; then that has timed out. Default `'5s'`. */
  readonly drain?: Duration;
  /** What must hold, as in `['p99 < 200ms', 'errors < 0.1%', 'rate >= 450/s']`. Default: nothing. */
  readonly thresholds?: readonly string[];
  /** Where the time is taken from, for tests. Default: the system. */
  readonly clock?: Clock;
}

/** Options of one run. */
export interface LoadRunOptions {
  /** Called about every second, and at the end. What it throws ends the run. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Ends the run: what is in flight is given up, and the report tells what was until then. */
  readonly signal?: AbortSignal;
}

const threshold = z.string().transform((text, context): Threshold => {
  const parsed = parseThreshold(text);
  if (typeof parsed !== 'string') return parsed;
  context.addIssue(parsed);
  return z.NEVER;
});

const loadTestSchema = optionsObject({
  target: z.custom<LoadTarget | LoadFunction>(
    (value) => typeof value === 'function' || has(value, 'open'),
    'expected httpTarget({…}), clientProxyTarget(…) or a function',
  ),
  load: z.custom<OpenLoop | ClosedLoop>((value) => has(value, 'loop'), 'expected openLoop({…}) or closedLoop({…})'),
  name: z.string().min(1).max(200).optional(),
  warmUp: duration(0).default(0),
  timeout: duration(1).default(10_000),
  drain: duration(0).default(5_000),
  thresholds: z.array(threshold).default([]),
  clock: z.custom<Clock>((value) => has(value, 'monotonic'), 'expected a clock').optional(),
}).refine(({ load, warmUp }) => warmUp === 0 || load.stages[0]?.from !== 0, {
  path: ['warmUp'],
  error: 'the first stage begins at 0, which warms nothing up',
});

const loadRunSchema = optionsObject({
  onProgress: callable<(progress: LoadProgress) => void>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/** {@link LoadTestOptions} checked and complete; times in milliseconds. */
export type ResolvedLoadTest = z.output<typeof loadTestSchema>;

/** {@link LoadRunOptions} checked. */
export type ResolvedLoadRun = z.output<typeof loadRunSchema>;

/** @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` */
export function resolveLoadTest(raw: LoadTestOptions): ResolvedLoadTest {
  return resolveOptions({ lib: 'benchmark', what: 'loadTest() options' }, loadTestSchema, raw);
}

/** @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` */
export function resolveLoadRun(raw: LoadRunOptions): ResolvedLoadRun {
  return resolveOptions({ lib: 'benchmark', what: 'run() options' }, loadRunSchema, raw);
}

function has(value: unknown, property: string): boolean {
  return typeof value === 'object' && value !== null && property in value;
}
