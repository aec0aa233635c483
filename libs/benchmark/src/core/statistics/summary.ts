import { quantile } from './quantile.js';
import { checkSamples } from './samples.js';
import { studentT95 } from './student-t.js';

/** What {@link summarise} makes of samples, in their unit. */
export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly median: number;
  readonly p75: number;
  readonly p99: number;
  /**
   * Half of the 95 % interval of the average (Student's t), relative to it: 0.02 is ±2 %. One sample tells nothing of
   * the spread; its margin is 1.
   */
  readonly margin: number;
}

/**
 * Describes samples, at least one.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_SAMPLES`
 */
export function summarise(samples: readonly number[]): Summary {
  checkSamples(samples);
  const sorted = Float64Array.from(samples).toSorted();
  const avg = sorted.reduce((sum, sample) => sum + sample, 0) / sorted.length;
  return {
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    avg,
    median: quantile(sorted, 0.5),
    p75: quantile(sorted, 0.75),
    p99: quantile(sorted, 0.99),
    margin: sorted.length === 1 ? 1 : halfInterval(sorted, avg) / avg,
  };
}

function halfInterval(samples: Float64Array, avg: number): number {
  const squares = samples.reduce((sum, sample) => sum + (sample - avg) ** 2, 0);
  const degrees = samples.length - 1;
  return studentT95(degrees) * Math.sqrt(squares / degrees / samples.length);
}
