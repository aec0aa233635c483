/** Numbers as people read them. */
export function whole(value: number): string {
  return value.toLocaleString('en');
}

/** @param share from 0 to 1 */
export function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(share * 100).toFixed(1)} %`;
}

/** A latency in milliseconds, as such or, from ten seconds on, in seconds. */
export function latency(value: number | undefined): string {
  if (value === undefined) return '-';
  if (value >= 10_000) return `${(value / 1_000).toFixed(1)} s`;
  return `${value < 100 ? value.toFixed(1) : whole(Math.round(value))} ms`;
}

export function seconds(value: number): string {
  return `${Number(value.toFixed(1))} s`;
}

/** @param bytes whole mebibytes are exact enough for memory */
export function mebibytes(bytes: number): string {
  return `${whole(Math.round(bytes / 2 ** 20))} MiB`;
}

export function plural(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}
