import { formatMachine } from '../figures.js';
import type { BenchmarkReport } from '../report.js';
import { formatRoundTime } from '../time-unit.js';
import { chartOf, LEFT, MARGIN, ROW_HEIGHT, TOP, WIDTH, type Chart } from './chart.js';
import { svgRow } from './row.js';
import { STYLE } from './svg-style.js';
import { escapeXml, svgText } from './svg-text.js';

const SCALE = 'Time per operation, less is better; logarithmic scale';
/** Below the rows: the axis, the legend, the machine. */
const [AXIS, LEGEND, MACHINE, BOTTOM] = [18, 48, 78, 98];

/**
 * A report as a picture: for each benchmark its forks, their range, and their median, on a logarithmic scale; the
 * baseline is a dashed line, and the grey band around it the noise. The SVG needs nothing else: no script, no font,
 * nothing from elsewhere. It is light or dark as its reader's system is.
 */
export function toSvg(report: BenchmarkReport): string {
  const { suite, results, baseline, machine } = report;
  const chart = chartOf(report);
  const bottom = TOP + ROW_HEIGHT * results.length;
  const height = bottom + BOTTOM;
  const width = WIDTH - 2 * MARGIN;
  const rows = results.map((result, index) => ({
    result,
    isBaseline: result.name === baseline,
    y: TOP + ROW_HEIGHT * index,
  }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(suite)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>`,
    svgText(MARGIN, 40, suite, { className: 'title', width: width * 0.7 }),
    svgText(MARGIN, 62, chart === undefined ? 'Nothing was measured' : SCALE, { className: 'muted' }),
    ...(chart === undefined ? [] : [...backdrop(chart, bottom), legend(bottom + LEGEND, report)]),
    ...rows.map((row) => svgRow(row, chart)),
    svgText(MARGIN, bottom + MACHINE, formatMachine(machine), { className: 'muted', width }),
    '</svg>\n',
  ].join('\n');
}

/** What lies behind the rows: the axis, the noise, the baseline. */
function backdrop({ scale, baseline, noise }: Chart, bottom: number): readonly string[] {
  const top = TOP - 8;
  return [
    ...scale.ticks.flatMap((tick) => {
      const x = Math.round(scale.at(tick)) + 0.5;
      return [
        `<line class="grid" x1="${x}" y1="${top}" x2="${x}" y2="${bottom}"/>`,
        svgText(x, bottom + AXIS, formatRoundTime(tick), { className: 'muted', anchor: 'middle' }),
      ];
    }),
    ...(noise === undefined ? [] : [band(noise[0], noise[1], top, bottom)]),
    ...(baseline === undefined ? [] : [guide(baseline, top, bottom)]),
  ];
}

function band(from: number, to: number, top: number, bottom: number): string {
  return `<rect class="noise" x="${from.toFixed(1)}" y="${top}" width="${(to - from).toFixed(1)}" height="${bottom - top}"/>`;
}

function guide(x: number, top: number, bottom: number): string {
  return `<line class="guide" x1="${x.toFixed(1)}" y1="${top}" x2="${x.toFixed(1)}" y2="${bottom}"/>`;
}

/** What the marks mean; the noise only where there is one. */
function legend(y: number, { forks, noise }: BenchmarkReport): string {
  const label = (x: number, content: string) => svgText(x, y + 4, content, { className: 'muted' });
  return [
    `<g class="same"><circle class="fork" cx="${LEFT + 4}" cy="${y}" r="3.5"/></g>`,
    label(LEFT + 14, forks === 1 ? 'the fork' : `each of ${forks} forks`),
    `<g class="same"><line class="median" x1="${LEFT + 124}" y1="${y - 7}" x2="${LEFT + 124}" y2="${y + 7}"/></g>`,
    label(LEFT + 134, 'their median'),
    guide(LEFT + 230, y - 8, y + 8),
    label(LEFT + 240, 'baseline'),
    ...(noise === undefined
      ? []
      : [band(LEFT + 308, LEFT + 326, y - 7, y + 7), label(LEFT + 334, 'noise: the baseline against itself')]),
  ].join('\n');
}
