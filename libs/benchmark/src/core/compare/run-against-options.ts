import { callable, duration, optionsObject, resolveOptions, type Duration } from '@envol/common/core';
import { z } from 'zod';
import type { BenchmarkRunOptions } from '../benchmark-options.js';

/** What is done for a comparison with a revision, in this order. */
export type RevisionStep = 'checkout' | 'install' | 'build' | 'measure';

/** How a revision is got ready. */
export interface RevisionOptions {
  /** A folder within the repository. Default: the working directory. */
  readonly repository?: string;
  /** Run in the shell, in the root of the checkout; `false` for none. Default `'npm ci'`. */
  readonly installCommand?: string | false;
  /** Run in the shell, in the root of the checkout, after the installation. Default: none. */
  readonly buildCommand?: string;
  /** Longest time of either command. Default `'15m'`. */
  readonly commandTimeout?: Duration;
  /** Called when a step begins. */
  readonly onStep?: (step: RevisionStep) => void;
}

/** Options of `runAgainst`: those of a run, and how the revision is got ready. */
export interface RunAgainstOptions extends BenchmarkRunOptions, RevisionOptions {}

const schema = optionsObject({
  repository: z
    .string()
    .min(1)
    .default(() => process.cwd()),
  installCommand: z.union([z.string().min(1), z.literal(false)]).default('npm ci'),
  buildCommand: z.string().min(1).optional(),
  commandTimeout: duration(1).default(900_000),
  onStep: callable<(step: RevisionStep) => void>().optional(),
});

/** {@link RevisionOptions} checked and complete; times in milliseconds. */
export type ResolvedRevisionOptions = z.output<typeof schema>;

/** @throws EnvolError `ENVOL_BENCHMARK_INVALID_OPTIONS` */
export function resolveRevisionOptions(raw: {
  readonly [option in keyof RevisionOptions]: unknown;
}): ResolvedRevisionOptions {
  return resolveOptions({ lib: 'benchmark', what: 'runAgainst()' }, schema, raw);
}
