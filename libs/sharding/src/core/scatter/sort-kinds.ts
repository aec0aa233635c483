import { isUuid } from '../shard-key-value.js';

/** A value that a row can be sorted by and a cursor can carry. */
export type SortValue = string | number | bigint | boolean | Date | null;

/** How the values of a column compare; exactly as the database compares them, or not at all. */
export interface SortKind {
  readonly name: string;
  /** Brings a value of the column into the form that is compared; `undefined` for what is no value of this kind. */
  readonly read: (value: unknown) => string | number | bigint | undefined;
  readonly compare: (a: string | number | bigint, b: string | number | bigint) => number;
}

const ascending = (a: string | number | bigint, b: string | number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Integers of any size: PostgreSQL gives bigint as text. sql.js gives numbers, exact up to 2^53. */
const integer: SortKind = {
  name: 'integer',
  read: (value) => {
    if (typeof value === 'bigint') return value;
    if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
    return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
  },
  compare: ascending,
};

/** Floating point as PostgreSQL sorts it: NaN is larger than everything and equal to itself. */
const float: SortKind = {
  name: 'float',
  read: (value) => (typeof value === 'number' ? value : undefined),
  compare: (a, b) => Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || ascending(a, b),
};

/** Decimals of any length, digit by digit; NaN is the largest, as in PostgreSQL. */
const decimal: SortKind = {
  name: 'decimal',
  read: (value) => {
    const text = typeof value === 'number' ? plainDecimal(value) : value;
    return typeof text === 'string' && /^(?:-?\d+(?:\.\d+)?|NaN|-?Infinity)$/.test(text) ? text : undefined;
  },
  compare: (a, b) => compareDecimals(String(a), String(b)),
};

const boolean: SortKind = {
  name: 'boolean',
  read: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  compare: ascending,
};

/** Lower-case hexadecimal digits and dashes at fixed places sort as the 16 bytes do. */
const uuid: SortKind = {
  name: 'uuid',
  read: (value) => (typeof value === 'string' && isUuid(value) ? value : undefined),
  compare: ascending,
};

const date: SortKind = {
  name: 'date',
  read: (value) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined),
  compare: ascending,
};

const timestamp: SortKind = {
  name: 'timestamp',
  read: (value) => (value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() : undefined),
  compare: ascending,
};

/** Texts by the bytes of their UTF-8: COLLATE "C" in PostgreSQL, BINARY in SQLite. (JavaScript's `<` goes by UTF-16 and differs beyond U+FFFF.) */
const text: SortKind = {
  name: 'text',
  read: (value) => (typeof value === 'string' ? value : undefined),
  compare: (a, b) => Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))),
};

/** Kinds by normalised column type of TypeORM's drivers. What is not here cannot be merged exactly. */
export const SORT_KINDS: Readonly<Record<string, SortKind>> = {
  smallint: integer,
  integer,
  bigint: integer,
  numeric: decimal,
  decimal,
  real: float,
  'double precision': float,
  double: float,
  float,
  boolean,
  uuid,
  date,
  'timestamp with time zone': timestamp,
  datetime: timestamp,
  'character varying': text,
  varchar: text,
  text,
};

/** Compares two texts of the form `-12.50`, `NaN`, `Infinity` by value, without rounding. */
export function compareDecimals(a: string, b: string): number {
  const ranks = [rankOf(a), rankOf(b)] as const;
  if (ranks[0] !== 0 || ranks[1] !== 0) return ranks[0] - ranks[1];
  const scale = Math.max(fraction(a).length, fraction(b).length);
  return ascending(scaled(a, scale), scaled(b, scale));
}

/** Places what is no finite number around the finite ones. */
function rankOf(value: string): number {
  if (value === '-Infinity') return -1;
  if (value === 'Infinity') return 1;
  return value === 'NaN' ? 2 : 0;
}

function scaled(value: string, scale: number): bigint {
  const [whole = ''] = value.split('.');
  return BigInt(whole + fraction(value).padEnd(scale, '0'));
}

function fraction(value: string): string {
  return value.split('.')[1] ?? '';
}

/**
 * A number without an exponent. SQLite keeps decimals as integers of 64 bits or as doubles. Beyond 2^53 the two cannot
 * be told apart, and integers have lost digits; below, the shortest digits sort as the doubles do.
 */
function plainDecimal(value: number): string | undefined {
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return undefined;
  const [mantissa = '', exponent] = String(value).split('e-');
  if (exponent === undefined) return mantissa;
  const digits = mantissa.replace('-', '').replace('.', '');
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${digits}`;
}
