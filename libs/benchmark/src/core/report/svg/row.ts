import { formatComparison } from '../figures.js';
import type { BenchmarkResult, MeasuredBenchmark } from '../report.js';
import { formatTime } from '../time-unit.js';
import { LEFT, MARGIN, RIGHT, WIDTH, type Chart } from './chart.js';
import { svgText } from './svg-text.js';

const END = WIDTH - MARGIN;
/** From the top of a row down to its name, its marks, and the two lines of figures. */
const [NAME, MARKS, VALUE, COMPARISON] = [14, 35, 24, 42];

/** One benchmark of a report. */
export interface Row {
  readonly result: BenchmarkResult;
  readonly isBaseline: boolean;
  /** Of its top. */
  readonly y: number;
}

/** The name of a benchmark, its marks, and its figures; or why it has none. */
export function svgRow({ result, isBaseline, y }: Row, chart: Chart | undefined): string {
  const name = svgText(LEFT, y + NAME, result.name, { className: 'name', width: RIGHT - LEFT });
  if (result.outcome !== 'measured') {
    const why = `${result.outcome.replace('-', ' ')}: ${result.message}`;
    return `${name}\n${svgText(LEFT, y + MARKS + 3, why, { className: 'reason', width: END - LEFT })}`;
  }
  const color = isBaseline ? 'baseline' : colorOf(result);
  const drawn = chart === undefined ? [] : [`<g class="${color}">`, ...marks(result, y + MARKS, chart), '</g>'];
  return [name, ...drawn, ...figures(result, y, isBaseline, color)].join('\n');
}

function colorOf({ comparison }: MeasuredBenchmark): string {
  return comparison === undefined || comparison.verdict === 'no difference' ? 'same' : comparison.verdict;
}

/** How far it is from the baseline; the range of the forks; each fork; the median. */
function marks({ samples, median }: MeasuredBenchmark, y: number, { scale, baseline }: Chart): readonly string[] {
  const at = (time: number): string => scale.at(time).toFixed(1);
  const middle = scale.at(median);
  const guide = baseline ?? middle;
  const [gapFrom, gap] = [Math.min(middle, guide), Math.abs(middle - guide)];
  return [
    `<line class="track" x1="${LEFT}" y1="${y}" x2="${RIGHT}" y2="${y}"/>`,
    `<rect class="gap" x="${gapFrom.toFixed(1)}" y="${y - 6}" width="${gap.toFixed(1)}" height="12" rx="2"/>`,
    `<line class="range" x1="${at(Math.min(...samples))}" y1="${y}" x2="${at(Math.max(...samples))}" y2="${y}"/>`,
    ...samples.map((sample) => `<circle class="fork" cx="${at(sample)}" cy="${y}" r="3.5"/>`),
    `<line class="median" x1="${at(median)}" y1="${y - 9}" x2="${at(median)}" y2="${y + 9}"/>`,
  ];
}

function figures(result: MeasuredBenchmark, y: number, isBaseline: boolean, color: string): readonly string[] {
  const { median, comparison } = result;
  const verdict = comparison === undefined ? '' : `${formatComparison(comparison)} ${comparison.verdict}`;
  return [
    svgText(END, y + VALUE, formatTime(median), { className: 'value', anchor: 'end' }),
    svgText(END, y + COMPARISON, isBaseline ? 'baseline' : verdict, { className: `small ${color}`, anchor: 'end' }),
  ];
}
