import type { ClosedLoop, OpenLoop } from '@envol/benchmark/load';
import { EnvolError, optionsObject, resolveOptions } from '@envol/common/core';
import { z } from 'zod';
import { typedDuration, typedNumber } from '../terminal/arguments.js';
import { headers } from './headers.js';
import { stages } from './stages.js';

const optionsSchema = optionsObject({
  json: z.boolean().default(false),
  rate: typedNumber().exactOptional(),
  connections: typedNumber().exactOptional(),
  stages: stages.exactOptional(),
  duration: typedDuration().exactOptional(),
  poisson: z.boolean().default(false),
  warmUp: typedDuration(0).exactOptional(),
  timeout: typedDuration().exactOptional(),
  threshold: z.array(z.string()).default([]),
  method: z.string().exactOptional(),
  header: headers,
  body: z.string().exactOptional(),
  markdown: z.string().exactOptional(),
});

/** Options of `envol load`, checked. */
export type LoadOptions = z.output<typeof optionsSchema>;

/** @throws EnvolError `ENVOL_CLI_INVALID_OPTIONS` */
export function resolveLoadOptions(given: unknown): LoadOptions {
  return resolveOptions({ lib: 'cli', what: 'envol load' }, optionsSchema, given);
}

/**
 * The load that the options ask for.
 *
 * @throws EnvolError `ENVOL_CLI_INVALID_OPTIONS`, `ENVOL_BENCHMARK_INVALID_OPTIONS`
 */
export async function loopOf({
  rate,
  connections,
  stages: given,
  duration,
  poisson,
}: LoadOptions): Promise<OpenLoop | ClosedLoop> {
  const { closedLoop, openLoop } = await import('@envol/benchmark/load');
  const ways = [rate, connections, given].filter((way) => way !== undefined);
  if (ways.length !== 1) throw contradiction('expected one of --rate, --connections and --stages');
  if (given !== undefined && duration !== undefined) throw contradiction('--stages have their own durations');
  if (connections !== undefined && poisson) throw contradiction('--poisson is for --rate and --stages');
  const time = duration ?? '10s';
  if (connections !== undefined) return closedLoop({ connections, duration: time });
  const arrivals = poisson ? 'poisson' : 'constant';
  return openLoop(given === undefined ? { rate: rate ?? 0, duration: time, arrivals } : { stages: given, arrivals });
}

function contradiction(problem: string): EnvolError {
  return new EnvolError('ENVOL_CLI_INVALID_OPTIONS', `envol load: ${problem}`, 'See envol load --help.');
}
