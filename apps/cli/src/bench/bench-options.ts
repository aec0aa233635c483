import type { BenchmarkRunOptions, RevisionOptions } from '@envol/benchmark';
import { EnvolError, optionsObject, resolveOptions } from '@envol/common/core';
import { z } from 'zod';
import type { ResolvedConfig } from '../config/config.js';
import { typedNumber } from '../terminal/arguments.js';

/** Names of saved reports are names of files. */
const reportName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'expected 1 to 100 of a-z, 0-9, ".", "_" and "-", a letter or digit first');

const optionsSchema = optionsObject({
  json: z.boolean().default(false),
  config: z.string().exactOptional(),
  filter: z.string().default(''),
  forks: typedNumber().exactOptional(),
  quick: z.boolean().default(false),
  markdown: z.string().exactOptional(),
  svg: z.string().exactOptional(),
  save: reportName.exactOptional(),
  compare: reportName.exactOptional(),
  against: z.string().min(1).exactOptional(),
  // `--no-install` makes this false, and commander has true when neither is given.
  install: z.union([z.string().min(1), z.boolean()]).default(true),
  build: z.string().min(1).exactOptional(),
});

/** Options of `envol bench`, checked. */
export type BenchOptions = z.output<typeof optionsSchema>;

/** Enough to see that a benchmark works, and for a difference of a half. */
const QUICK = { forks: 5, samples: 20, warmUp: '50ms' } as const;

/** @throws EnvolError `ENVOL_CLI_INVALID_OPTIONS` */
export function resolveBenchOptions(given: unknown): BenchOptions {
  const options = resolveOptions({ lib: 'cli', what: 'envol bench' }, optionsSchema, given);
  const { compare, against, install, build } = options;
  if (compare !== undefined && against !== undefined) throw contradiction('expected one of --compare and --against');
  if (against === undefined && (install !== true || build !== undefined)) {
    throw contradiction('--install, --no-install and --build are for --against');
  }
  return options;
}

/** How to measure: what is typed is taken over the configuration, and that over what a suite says of itself. */
export function measurementOf({ bench }: ResolvedConfig, { forks, quick }: BenchOptions): BenchmarkRunOptions {
  const { files: _files, reports: _reports, install: _install, build: _build, ...ofConfig } = bench;
  return { ...ofConfig, ...(quick && QUICK), ...(forks !== undefined && { forks }) };
}

/** How a revision is got ready. */
export function preparationOf({ bench }: ResolvedConfig, options: BenchOptions): RevisionOptions {
  const install = options.install === true ? bench.install : options.install;
  const build = options.build ?? bench.build;
  return {
    ...(install !== undefined && { installCommand: install }),
    ...(build !== undefined && { buildCommand: build }),
  };
}

function contradiction(problem: string): EnvolError {
  return new EnvolError('ENVOL_CLI_INVALID_OPTIONS', `envol bench: ${problem}`, 'See envol bench --help.');
}
