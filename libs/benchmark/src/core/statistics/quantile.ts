/**
 * The value below which a share `q` (0 to 1) of the samples lies, interpolated between neighbours as R does by default
 * (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
 *
 * @param sorted the samples, ascending
 * @returns NaN for no samples
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle of the samples, which need not be sorted; the mean of the two in the middle when their number is even. */
export function median(samples: readonly number[]): number {
  return quantile(Float64Array.from(samples).toSorted(), 0.5);
}
