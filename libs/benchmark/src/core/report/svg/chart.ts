import type { BenchmarkReport, Interval } from '../report.js';
import { logScale, type LogScale } from './log-scale.js';

/** Pixels of the picture. */
export const WIDTH = 800;
export const MARGIN = 28;
/** Between them the times are drawn; to the right of it the figures stand. */
export const [LEFT, RIGHT] = [MARGIN, 568];
/** Of the first row, and of each. */
export const [TOP, ROW_HEIGHT] = [88, 58];

/** What the rows of a picture have in common. */
export interface Chart {
  readonly scale: LogScale;
  /** Where the median of the baseline is, when it was measured. */
  readonly baseline: number | undefined;
  /** From where to where the baseline came to lie against itself. */
  readonly noise: Interval | undefined;
}

/** @returns `undefined` when there is nothing to draw */
export function chartOf({ results, baseline, noise }: BenchmarkReport): Chart | undefined {
  const measured = results.filter((result) => result.outcome === 'measured');
  if (measured.length === 0) return undefined;
  const base = measured.find(({ name }) => name === baseline)?.median;
  const [low, high] = noise?.comparison.interval ?? [1, 1];
  const band = base === undefined ? [] : [base * low, base * high];
  const scale = logScale([...measured.flatMap(({ samples }) => samples), ...band], LEFT, RIGHT);
  return {
    scale,
    baseline: base === undefined ? undefined : scale.at(base),
    noise: base === undefined || noise === undefined ? undefined : [scale.at(base * low), scale.at(base * high)],
  };
}
