/** Where a time goes on a chart: equal ratios are equally far apart. */
export interface LogScale {
  /** The place of `value` in the unit of the range. */
  at(value: number): number;
  /** Round values within the domain, 3 to 8. */
  readonly ticks: readonly number[];
}

/** Times that differ by less are not blown up to the width of the chart: they look as near as they are. */
const LEAST_SPREAD = 1.25;
const MOST_TICKS = 8;
const LEAST_TICKS = 3;

/** A scale over `values`, all positive, with some air at both ends; they go from `from` to `to`. */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const air = Math.max(Math.log(most / least) * 0.06, Math.log(LEAST_SPREAD / (most / least)) / 2);
  const low = least * Math.exp(-air);
  const high = most * Math.exp(air);
  return {
    at: (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low),
    ticks: ticksWithin(low, high),
  };
}

function ticksWithin(low: number, high: number): readonly number[] {
  const decades = powersOfTen(low, high);
  const fine = decades.flatMap((power) => [power, 2 * power, 5 * power]).filter((tick) => tick >= low && tick <= high);
  if (fine.length < LEAST_TICKS) return evenTicks(low, high);
  if (fine.length <= MOST_TICKS) return fine;
  const coarse = decades.filter((power) => power >= low);
  const step = Math.ceil(coarse.length / MOST_TICKS);
  return coarse.filter((_, index) => index % step === 0);
}

function powersOfTen(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function evenTicks(low: number, high: number): readonly number[] {
  const largest = (high - low) / LEAST_TICKS;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = power * ([5, 2].find((factor) => factor * power <= largest) ?? 1);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}
