import { formatBytes, formatComparison, formatCount, formatMachine, formatPercent } from './figures.js';
import { escapeMarkdown, markdownTable, nameInMarkdown, type Column } from './markdown-table.js';
import type { BenchmarkReport, MeasuredBenchmark, Noise, UnmeasuredBenchmark } from './report.js';
import { timeUnitFor } from './time-unit.js';

/**
 * A report for people: a table in GitHub's Markdown, with the noise, what gave no figure, the warnings and the machine
 * below it.
 */
export function toMarkdown(report: BenchmarkReport): string {
  const measured = report.results.filter((result) => result.outcome === 'measured');
  const unmeasured = report.results.filter((result) => result.outcome !== 'measured');
  const parts = [
    `### ${escapeMarkdown(report.suite)}`,
    ...(measured.length > 0 ? [markdownTable(columns(measured, report.baseline))] : []),
    noiseLine(report.noise),
    ...list('Not measured:', unmeasured.map(unmeasuredLine)),
    ...list('Warnings:', measured.flatMap(warningLines)),
    originLine(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Where, on what and when a report was made. */
function originLine({ machine, forks, createdAt }: BenchmarkReport): string {
  const forksInWords = forks === 1 ? '1 fork each' : `${forks} forks each`;
  return escapeMarkdown(`${formatMachine(machine)}; ${forksInWords}; ${minuteOf(createdAt)}`);
}

/** `2030-01-02 03:04 UTC` */
export function minuteOf(createdAt: string): string {
  return `${new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A list of Markdown with its title, or nothing when it is empty. */
export function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

function columns(results: readonly MeasuredBenchmark[], baseline: string): readonly Column[] {
  const unit = timeUnitFor(results.map(({ median }) => median));
  const figures = (title: string, cell: (result: MeasuredBenchmark) => string): Column => ({
    title,
    align: 'right',
    cells: results.map(cell),
  });
  const hasHeap = results.some(({ heap }) => heap !== undefined);
  return [
    { title: 'benchmark', cells: results.map(({ name }) => nameInMarkdown(name)) },
    figures(`median (${unit.name})`, ({ median }) => unit.format(median)),
    figures('±', ({ margin }) => formatPercent(margin)),
    figures(`p99 (${unit.name})`, ({ p99 }) => unit.format(p99)),
    figures('ops/s', ({ opsPerSecond }) => formatCount(opsPerSecond)),
    figures(`CPU (${unit.name})`, ({ cpu }) => unit.format(cpu)),
    ...(hasHeap ? [figures('heap/op', ({ heap }) => (heap === undefined ? '' : formatBytes(heap)))] : []),
    figures('ratio (95 %)', ({ comparison }) => (comparison === undefined ? '' : formatComparison(comparison))),
    { title: 'verdict', cells: results.map((result) => verdictCell(result, baseline)) },
  ];
}

function verdictCell({ name, comparison }: MeasuredBenchmark, baseline: string): string {
  if (name === baseline) return 'baseline';
  if (comparison === undefined) return '';
  return comparison.verdict === 'no difference' ? comparison.verdict : `**${comparison.verdict}**`;
}

function noiseLine(noise: Noise | undefined): string {
  if (noise === undefined) return 'Noise: unknown, since the baseline could not be measured twice.';
  const { name, comparison } = noise;
  const found = `Noise: ${nameInMarkdown(name)} against itself came to ${formatComparison(comparison)}`;
  if (comparison.verdict === 'no difference') return `${found}.`;
  return `${found}, **${comparison.verdict}**: the machine was too restless for this run to be believed.`;
}

function unmeasuredLine({ name, outcome, message }: UnmeasuredBenchmark): string {
  return `${nameInMarkdown(name)}: ${outcome.replace('-', ' ')}: ${escapeMarkdown(message)}`;
}

function warningLines({ name, warnings }: MeasuredBenchmark): readonly string[] {
  return warnings.map((warning) => `${nameInMarkdown(name)}: ${escapeMarkdown(warning)}`);
}
