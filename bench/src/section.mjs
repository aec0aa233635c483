import { compareSamples, median, seededRandom } from '@envol/benchmark';

const THRESHOLD = 0.05;

/**
 * The figures of one benchmark in Markdown, for the terminal and for docs/benchmarks.md.
 *
 * @param {import('./result.mjs').Result} result
 * @param {string} claim
 * @param {string} date ISO 8601
 */
export function sectionOf(result, claim, date) {
  const { name, unit, aa, machine, subjects, facts } = result;
  const forks = Math.min(...Object.values(subjects).map(({ samples }) => samples.length));
  const known = Object.entries(facts).map(([fact, value]) => `${fact}: ${value}`);
  return [
    `## ${name}`,
    '',
    claim,
    '',
    `| subject | median, ${unit} | against ours, 95 % interval | verdict |`,
    '| --- | --- | --- | --- |',
    ...Object.keys(subjects).map((subject) => `| ${rowOf(result, subject).join(' | ')} |`),
    '',
    `Ours against itself in the same run: ${interval(aa)}. At least ${forks} samples of each. ${known.join('; ')}.`,
    '',
    `${date.slice(0, 10)}, Node ${machine.node}, ${machine.platform}, ${machine.cores} × ${machine.cpu}.`,
  ].join('\n');
}

function rowOf({ subjects, better }, subject) {
  const { samples } = subjects[subject];
  const cells = [subject, figure(median(samples))];
  if (subject === 'ours') return [...cells, '', ''];
  const options = { threshold: THRESHOLD, random: seededRandom(1) };
  const comparison = compareSamples(samples, subjects.ours.samples, options);
  return [
    ...cells,
    `${figure(comparison.ratio)} ${interval(comparison.interval)}`,
    subject === 'floor' ? '' : verdictOf(comparison.verdict, better),
  ];
}

/** `slower` says that the subject's figures are higher. */
function verdictOf(verdict, better) {
  if (verdict === 'no difference') return verdict;
  return (verdict === 'slower') === (better === 'lower') ? 'ours is better' : 'ours is worse';
}

function interval([low, high]) {
  return `[${figure(low)}, ${figure(high)}]`;
}

/** Three digits that count. */
function figure(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
