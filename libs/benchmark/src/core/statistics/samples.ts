import { EnvolError } from '@envol/common/core';

/**
 * Refuses what no statistics can be made of.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_SAMPLES` unless there is at least one sample and each is a positive number
 */
export function checkSamples(samples: readonly number[]): void {
  const wrong = samples.find((sample) => !(sample > 0 && sample < Infinity));
  if (samples.length > 0 && wrong === undefined) return;
  throw new EnvolError(
    'ENVOL_BENCHMARK_INVALID_SAMPLES',
    samples.length === 0 ? 'There are no samples' : `A sample is ${wrong}, which is no length of time`,
    'Give at least one sample, each a positive, finite number.',
  );
}
