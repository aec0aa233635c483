import type { Figures } from './figures.js';
import { mebibytes, latency, percent, plural, seconds, whole } from './format.js';
import { ZIPF_EXPONENT } from './plan.js';
import type { ReadShare } from './read-share.js';
import { plain, type Style } from './style.js';
import { bar, tableLines, type Column } from './table.js';
import type { TallyFigures } from './tally.js';
import { reasonsToFail } from './verdict.js';

const BAR_WIDTH = 20;

/** What a person reads at the end; not wider than 80 columns. */
export function report(figures: Figures, style: Style = plain): string {
  const tables = [answers(figures), replicas(figures), caches(figures), shards(figures), memory(figures)];
  const sections = [
    heading(figures, style),
    ...tables.map((lines) => indented(styled(lines, style))),
    indented(verdict(figures, style)),
  ];
  return `\n${sections.join('\n\n')}\n`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`.trimEnd()).join('\n');
}

/** The titles and the rule of a table. */
function styled([titles = '', rule = '', ...rows]: readonly string[], style: Style): string[] {
  return [style('bold', titles), style('dim', rule), ...rows];
}

function heading({ profile, rate, timeline, cities, cacheTtl }: Figures, style: Style): string {
  return indented([
    style('bold', `Atlas, ${profile} profile: ${plural(rate, 'request')} a second for ${seconds(timeline.end)}`),
    `Demand by Zipf's law (exponent ${ZIPF_EXPONENT}) over ${whole(cities)} cities; answers kept for ${seconds(cacheTtl / 1_000)}.`,
    'Every answer was compared with the data file.',
  ]);
}

function answers({ reads, writes, timeline, unconfirmed, audit }: Figures): string[] {
  const { killAt, returnAt, end } = timeline;
  const lines = tableLines(columns('', 'sent', 'failed', 'wrong', 'p50', 'p99', 'slowest'), [
    tallyRow(`reads before, ${span(0, killAt)}`, reads.before),
    tallyRow(`one killed, ${span(killAt, returnAt)}`, reads.during),
    tallyRow(`started again, ${span(returnAt, end)}`, reads.after),
    tallyRow('all reads', reads.all),
    tallyRow('all writes', writes),
  ]);
  lines.push('Latencies count from when a request was due, so that waiting is in them.');
  const users = plural(audit.requests, 'user');
  const unsure = unconfirmed.found + unconfirmed.absent;
  if (unsure > 0) {
    lines.push(`Writes of unknown outcome: ${unsure}; ${unconfirmed.found} turned out to be there.`);
  }
  if (audit.failed + audit.wrong === 0)
    lines.push(`At the end the check-ins of ${users} were what was written, each once.`);
  return lines;
}

function span(from: number, to: number): string {
  return `${Number(from.toFixed(1))}-${seconds(to)}`;
}

function tallyRow(label: string, tally: TallyFigures): string[] {
  const { requests, failed, wrong, p50, p99, slowest } = tally;
  return [label, ...[requests, failed, wrong].map(whole), ...[p50, p99, slowest].map(latency)];
}

function replicas({ replicas: list, readShares }: Figures): string[] {
  const rows = list.map(({ instance, calls, share, away }) => {
    const note = away === undefined ? '' : `  away from ${seconds(away.from)} to ${seconds(away.to)}`;
    return [instance, whole(calls), percent(share), `${bar(share, BAR_WIDTH)}${note}`];
  });
  const table = tableLines([...columns('replica', 'calls', 'share'), { title: '', align: 'left' }], rows);
  const lowest = readShares.toSorted((a, b) => a.share - b.share).at(0);
  if (lowest === undefined) return table;
  const average = percent(meanShare(readShares));
  const least = `${percent(lowest.share)} in the lowest second (${seconds(lowest.to)})`;
  return [...table, `Reads that reached a replica: ${average}; ${least}.`];
}

/** Over time, as the stretches are not all of one length. */
function meanShare(shares: readonly ReadShare[]): number {
  const length = shares.reduce((sum, { from, to }) => sum + to - from, 0);
  return shares.reduce((sum, { from, to, share }) => sum + share * (to - from), 0) / length;
}

function caches({ gateway }: Figures): string[] {
  const rows = gateway.layers.map(({ store, asked, hits }) => {
    const ratio = hits / asked;
    return [store, whole(asked), whole(hits), percent(ratio), bar(ratio, BAR_WIDTH)];
  });
  return tableLines([...columns('cache layer', 'asked', 'hits', 'ratio'), { title: '', align: 'left' }], rows);
}

function shards({ shards: list }: Figures): string[] {
  return tableLines(columns('shard', 'cities', 'check-ins'), [
    ...list.map(({ shard, cities, checkins }) => [shard, whole(cities), whole(checkins)]),
    [
      'all',
      whole(list.reduce((sum, { cities }) => sum + cities, 0)),
      whole(list.reduce((sum, { checkins }) => sum + checkins, 0)),
    ],
  ]);
}

function memory({ gateway }: Figures): string[] {
  const limits = gateway.limits.map(({ key, level, bytes }) => [`${level} limit of ${key}`, mebibytes(bytes)]);
  return tableLines(columns('memory of the gateway', ''), [
    ['heap in use', mebibytes(gateway.heapUsed)],
    ['heap at most', mebibytes(gateway.heapLimit)],
    ...limits,
  ]);
}

function verdict(figures: Figures, style: Style): string[] {
  const reasons = reasonsToFail(figures);
  const { reads } = figures;
  if (reasons.length === 0) {
    const what = `${plural(reads.all.requests, 'read')}, none failed, none wrong, with a replica killed`;
    return [style('green', `PASSED: ${what}.`)];
  }
  return [
    style('red', `FAILED: ${reasons[0]}.`),
    ...reasons.slice(1).map((reason) => style('red', `        ${reason}.`)),
    ...figures.problems.map((problem) => `- ${problem}`),
  ];
}

/** The first column holds words, the others numbers. */
function columns(...titles: string[]): Column[] {
  return titles.map((title, index) => ({ title, align: index === 0 ? 'left' : 'right' }));
}
