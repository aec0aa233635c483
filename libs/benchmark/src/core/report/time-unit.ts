/** How the times of one table or chart are written: in one unit, with as many decimals as the shortest needs. */
export interface TimeUnit {
  readonly name: 'ns' | 'µs' | 'ms' | 's';
  /** Nanoseconds in one. */
  readonly size: number;
  /** `nanoseconds` in this unit, without its name. */
  format(nanoseconds: number): string;
}

const UNITS = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
] as const;

const roundNumbers = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** The largest unit in which the shortest of the times, in nanoseconds, is still 1 or more. */
export function timeUnitFor(times: readonly number[]): TimeUnit {
  const shortest = Math.min(...times);
  const [name, size] = UNITS.find(([, candidate]) => shortest >= candidate) ?? ['ns', 1];
  const digits = decimals(shortest / size);
  const numbers = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return { name, size, format: (nanoseconds) => numbers.format(nanoseconds / size) };
}

/** For three digits that say something, and two for what is shorter than a nanosecond. */
function decimals(shortest: number): number {
  if (shortest >= 100) return 0;
  return shortest >= 10 ? 1 : 2;
}

/** One time on its own, in the unit that suits it: `12.3 µs`. */
export function formatTime(nanoseconds: number): string {
  const unit = timeUnitFor([nanoseconds]);
  return `${unit.format(nanoseconds)} ${unit.name}`;
}

/** A round time without needless zeros: `5 µs`. */
export function formatRoundTime(nanoseconds: number): string {
  const { name, size } = timeUnitFor([nanoseconds]);
  return `${roundNumbers.format(nanoseconds / size)} ${name}`;
}
