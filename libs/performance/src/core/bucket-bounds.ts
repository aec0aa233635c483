/** Upper bounds in seconds: the advice of OpenTelemetry's semantic conventions for HTTP durations. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** From 256 bytes to 1 GiB by the factor 4. */
const BYTES = Array.from({ length: 12 }, (_, index) => 256 * 4 ** index);

/** Counts: 1, 2, 5, 10 ... 10,000. */
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/** Shares of a whole. */
const RATIOS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

/** Bounds that suit a histogram by the unit its name ends in (`_seconds`, `_bytes`, `_ratio`; anything else: a count). */
export function boundsFor(metric: string): readonly number[] {
  if (metric.endsWith('_seconds')) return SECONDS;
  if (metric.endsWith('_bytes')) return BYTES;
  return metric.endsWith('_ratio') ? RATIOS : COUNTS;
}
