import { formatMachine } from '../core/report/figures.js';
import { escapeMarkdown, markdownTable, type Column } from '../core/report/markdown-table.js';
import { list, minuteOf } from '../core/report/markdown.js';
import { LATENCY_METRICS, type LatencySummary } from './latency-histogram.js';
import type { LatencyBasis, LoadReport } from './load-report.js';
import type { ThresholdResult } from './thresholds.js';

const LATENCY_TITLE: Readonly<Record<LatencyBasis, string>> = {
  due: 'latency, from when due (ms)',
  call: 'latency, waiting for a connection included (ms)',
  corrected: 'latency, corrected for coordinated omission (ms)',
};

/** A report for people: percentiles, thresholds, errors and warnings in GitHub's Markdown. */
export function loadReportToMarkdown(report: LoadReport): string {
  const { name, aborted, thresholds, errors, warnings, machine, createdAt } = report;
  const parts = [
    `### ${escapeMarkdown(name)}${aborted ? ' (aborted)' : ''}`,
    summaryLine(report),
    ...table(latencyColumns(report)),
    ...table([
      { title: 'threshold', cells: thresholds.map(({ text }) => escapeMarkdown(text)) },
      { title: 'actual', align: 'right', cells: thresholds.map(actualCell) },
      { title: 'result', cells: thresholds.map(({ passed }) => (passed ? 'passed' : '**failed**')) },
    ]),
    ...table([
      { title: 'error', cells: errors.map(({ kind }) => escapeMarkdown(kind)) },
      { title: 'count', align: 'right', cells: errors.map(({ count }) => String(count)) },
      { title: 'example', cells: errors.map(({ example = '' }) => escapeMarkdown(example)) },
    ]),
    ...list('Warnings:', warnings.map(escapeMarkdown)),
    escapeMarkdown(`${formatMachine(machine)}; ${minuteOf(createdAt)}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function summaryLine({ rate, elapsed, loop, requests }: LoadReport): string {
  const { sent, succeeded, failed, dropped, unfinished } = requests;
  const counts = [
    `${sent} sent`,
    `${succeeded} succeeded`,
    `${failed} failed`,
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
    ...(unfinished > 0 ? [`${unfinished} unfinished`] : []),
  ];
  return `${rate.toFixed(1)} requests/s over ${(elapsed / 1_000).toFixed(1)} s, ${loop} loop: ${counts.join(', ')}.`;
}

function latencyColumns({ latencyBasis, latency, serviceTime, errorLatency }: LoadReport): readonly Column[] {
  const columns = [
    ...latencyColumn(LATENCY_TITLE[latencyBasis], latency),
    ...latencyColumn('service time, from when sent (ms)', serviceTime),
    ...latencyColumn('failed requests (ms)', errorLatency),
  ];
  return columns.length === 0 ? [] : [{ title: '', cells: LATENCY_METRICS }, ...columns];
}

function latencyColumn(title: string, summary: LatencySummary | undefined): readonly Column[] {
  if (summary === undefined) return [];
  return [{ title, align: 'right', cells: LATENCY_METRICS.map((metric) => milliseconds(summary[metric])) }];
}

function actualCell({ unit, actual }: ThresholdResult): string {
  if (actual === undefined) return 'no figure';
  if (unit === 'ms') return `${milliseconds(actual)} ms`;
  if (unit === 'share') return `${(actual * 100).toFixed(3)} %`;
  return unit === 'count' ? String(actual) : `${actual.toFixed(1)}/s`;
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(3) : value.toFixed(1);
}

/** Nothing when there are no rows. */
function table(columns: readonly Column[]): readonly string[] {
  return columns.some(({ cells }) => cells.length > 0) ? [markdownTable(columns)] : [];
}
