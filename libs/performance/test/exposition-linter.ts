import { parseExposition, type Family, type Sample } from './exposition.js';

const ABBREVIATED = new Set('s ms us ns sec b kb mb gb tb pb m h d'.split(' '));
const NOT_BASE = /^((milli|micro|nano|kilo|mega|giga)(seconds|bytes)|minutes|hours|days|weeks|bits|percent)$/;

/** The rules of Prometheus' linter that our metrics could break, and the arithmetic of histograms. Empty when all is well. */
export function lintExposition(text: string): string[] {
  return parseExposition(text).flatMap((family) => [...lintName(family), ...lintLabels(family), ...lintValues(family)]);
}

function* lintName({ name, help, type }: Family): Iterable<string> {
  const words = name.split('_');
  if (help.trim() === '') yield `${name}: no help`;
  if (/[a-z][A-Z]|:/.test(name)) yield `${name}: not snake_case`;
  if ((type === 'counter') !== name.endsWith('_total')) yield `${name}: _total is for counters, and for all of them`;
  if (type !== 'histogram' && /_(bucket|sum|count)$/.test(name)) yield `${name}: an ending of histograms`;
  if (words.slice(1).some((word) => ['counter', 'gauge', 'histogram', 'summary'].includes(word))) {
    yield `${name}: its type is in its name`;
  }
  if (words.slice(1).some((word) => ABBREVIATED.has(word))) yield `${name}: an abbreviated unit`;
  if (words.some((word) => NOT_BASE.test(word))) yield `${name}: not a base unit`;
}

function* lintLabels({ name, type, samples }: Family): Iterable<string> {
  const sets = samples.map(({ labels }) =>
    Object.keys(labels)
      .filter((label) => type !== 'histogram' || label !== 'le')
      .toSorted()
      .join(),
  );
  if (new Set(sets).size > 1) yield `${name}: different sets of labels: ${[...new Set(sets)].join(' and ')}`;
  for (const label of samples.flatMap(({ labels }) => Object.keys(labels))) {
    if (/[a-z][A-Z]/.test(label)) yield `${name}: label ${label} is not snake_case`;
    if ((label === 'le' && type !== 'histogram') || label === 'quantile') yield `${name}: label ${label} is reserved`;
  }
}

function* lintValues({ name, type, samples }: Family): Iterable<string> {
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) yield `${name}: a counter below zero`;
  if (type !== 'histogram') return;
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const { labels, value: count } of counts) {
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket` && isOf(labels, sample));
    const bounds = buckets.map((bucket) => Number((bucket.labels['le'] ?? '').replace('+Inf', 'Infinity')));
    if (!isAscending(bounds) || bounds.at(-1) !== Infinity) yield `${name}: bounds ${bounds.join()}`;
    if (!isAscending(buckets.map(({ value }) => value))) yield `${name}: buckets that shrink`;
    if (buckets.at(-1)?.value !== count) yield `${name}: _count is not the last bucket`;
    if (!samples.some((sample) => sample.name === `${name}_sum` && isOf(labels, sample))) yield `${name}: no _sum`;
  }
}

function isOf(labels: Sample['labels'], sample: Sample): boolean {
  return Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? number));
}
