import { formatComparison, formatPercent } from '../report/figures.js';
import { escapeMarkdown, markdownTable, nameInMarkdown } from '../report/markdown-table.js';
import { list, minuteOf } from '../report/markdown.js';
import { timeUnitFor } from '../report/time-unit.js';
import type { ComparedBenchmark, ReportComparison, ReportOrigin } from './report-comparison.js';

/** A comparison for people: a table in GitHub's Markdown, with what there is to know of it below. */
export function comparisonToMarkdown(comparison: ReportComparison): string {
  const { suite, base, benchmarks, tolerance, warnings } = comparison;
  const unit = timeUnitFor(benchmarks.flatMap(({ base: before, now }) => [before ?? [], now ?? []].flat()));
  const time = (median: number | undefined) => (median === undefined ? '' : unit.format(median));
  const table = markdownTable([
    { title: 'benchmark', cells: benchmarks.map(({ name }) => nameInMarkdown(name)) },
    { title: `base (${unit.name})`, align: 'right', cells: benchmarks.map((benchmark) => time(benchmark.base)) },
    { title: `now (${unit.name})`, align: 'right', cells: benchmarks.map(({ now }) => time(now)) },
    { title: 'ratio (95 %)', align: 'right', cells: benchmarks.map(ratioCell) },
    { title: 'status', cells: benchmarks.map(statusCell) },
  ]);
  const parts = [
    `### ${escapeMarkdown(suite)}, compared with ${baseInWords(base)}`,
    table,
    `Differences count beyond ${formatPercent(tolerance)}.`,
    ...list('Not measured:', benchmarks.flatMap(reasonLine)),
    ...list('Warnings:', warnings.map(escapeMarkdown)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function baseInWords({ commit, createdAt }: ReportOrigin): string {
  return commit === undefined ? `the run of ${minuteOf(createdAt)}` : `commit ${commit.slice(0, 12)}`;
}

function ratioCell({ comparison }: ComparedBenchmark): string {
  return comparison === undefined ? '' : formatComparison(comparison);
}

function statusCell({ status }: ComparedBenchmark): string {
  return status === 'regressed' || status === 'improved' ? `**${status}**` : status;
}

function reasonLine({ name, message }: ComparedBenchmark): readonly string[] {
  return message === undefined ? [] : [`${nameInMarkdown(name)}: ${escapeMarkdown(message)}`];
}
