import type { MeasurementOptions } from '@envol/benchmark';
import { duration, optionsObject } from '@envol/common/core';
import { z } from 'zod';

/** How benchmarks are measured: what is given here is taken over what a suite says of itself. */
const measurementShape = {
  forks: z.int().exactOptional(),
  threshold: z.number().exactOptional(),
  timeLimit: duration().exactOptional(),
  warmUp: duration(0).exactOptional(),
  sampleTime: duration().exactOptional(),
  samples: z.int().exactOptional(),
  seed: z.int().exactOptional(),
};

/** Of the section `bench`. */
export interface BenchConfig extends MeasurementOptions {
  /** Patterns of the files with benchmarks. Default: `.bench.js` and `.bench.mjs` anywhere in the folder `bench`. */
  readonly files?: readonly string[];
  /** Folder of the reports that `--save` writes and `--compare` reads. Default `'.envol/benchmarks'`. */
  readonly reports?: string;
  /** What `--against` runs in the checkout of the revision to install its packages; `false`: nothing. Default `'npm ci'`. */
  readonly install?: string | false;
  /** What `--against` runs there after that. Default: nothing. */
  readonly build?: string;
}

/** What `envol.config.js` exports as its default. */
export interface EnvolConfig {
  readonly bench?: BenchConfig;
}

export const configSchema = optionsObject({
  bench: optionsObject({
    ...measurementShape,
    files: z.array(z.string().min(1)).min(1).default(['bench/**/*.bench.{js,mjs}']),
    reports: z.string().min(1).default('.envol/benchmarks'),
    install: z.union([z.string().min(1), z.literal(false)]).exactOptional(),
    build: z.string().min(1).exactOptional(),
  }).prefault({}),
});

/** {@link EnvolConfig} checked and complete. */
export type ResolvedConfig = z.output<typeof configSchema>;

/** Gives `config` back; an editor then knows what it may hold. */
export function defineConfig(config: EnvolConfig): EnvolConfig {
  return config;
}
