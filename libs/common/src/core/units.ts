const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const;

/** A length of time: milliseconds, or a number with a unit such as `'250ms'`, `'5m'`, `'1.5h'`. */
export type Duration = number | `${number}${keyof typeof MILLISECONDS}`;

/** A size: bytes, or a number with a unit such as `'64mb'`. Units are powers of 1,024. */
export type ByteSize = number | `${number}${keyof typeof BYTES}`;

/** Milliseconds of a {@link Duration}; `undefined` for what is none (negative, not finite, unknown unit). */
export function parseDuration(value: unknown): number | undefined {
  return parse(value, MILLISECONDS);
}

/** Whole bytes of a {@link ByteSize}; `undefined` for what is none. */
export function parseByteSize(value: unknown): number | undefined {
  const bytes = parse(value, BYTES);
  return bytes === undefined ? undefined : Math.floor(bytes);
}

function parse(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(value) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}
