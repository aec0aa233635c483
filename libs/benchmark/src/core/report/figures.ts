import type { Comparison, Interval, Machine } from './report.js';

const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, minimumSignificantDigits: 3 });
const upToThreeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const twoDecimals = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1.2 %` for 0.012. */
export function formatPercent(share: number): string {
  return `${upToThreeDigits.format(Number((share * 100).toFixed(1)))} %`;
}

/** `1.23M` for 1,234,567. */
export function formatCount(count: number): string {
  return compact.format(count);
}

/** `1.5 KiB` for 1,536. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log2(Math.abs(bytes)) / 10)), BYTE_UNITS.length - 1);
  return `${upToThreeDigits.format(bytes / 1024 ** power)} ${BYTE_UNITS[power]}`;
}

/** Two decimals where they say enough: `1.10`, `0.00123`, `1,234`, `1.23M`. */
export function formatRatio(ratio: number): string {
  if (ratio >= 100_000) return compact.format(ratio);
  if (ratio >= 100) return whole.format(ratio);
  return (ratio >= 0.2 ? twoDecimals : threeDigits).format(ratio);
}

/** `1.08–1.12` */
function formatInterval([low, high]: Interval): string {
  return `${formatRatio(low)}–${formatRatio(high)}`;
}

/** `1.10 (1.08–1.12)` */
export function formatComparison({ ratio, interval }: Comparison): string {
  return `${formatRatio(ratio)} (${formatInterval(interval)})`;
}

/** `Intel Xeon, 2 cores, 7.8 GiB, linux x64, Node v20.19.0` */
export function formatMachine({ cpu, cores, memory, platform, node }: Machine): string {
  const coresInWords = cores === 1 ? '1 core' : `${cores} cores`;
  return [cpu, coresInWords, formatBytes(memory), platform, `Node ${node}`].join(', ');
}
