/** One line with a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric as Prometheus reads it. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;
const ENDINGS: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'] };

/** Reads Prometheus' text format 0.0.4 strictly: throws at whatever a scrape must not have. */
export function parseExposition(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families: (Family & { samples: Sample[] })[] = [];
  const seen = new Set<string>();
  const lines = text.split('\n').filter((line) => line !== '');
  for (const [index, line] of lines.entries()) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.some((family) => family.name === name)) throw new Error(`${name} is there twice`);
      const [, type = ''] = new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`).exec(lines[index + 1] ?? '') ?? [];
      if (type === '') throw new Error(`no TYPE follows the HELP of ${name}`);
      families.push({ name, help: rest, type, samples: [] });
    } else if (keyword === undefined) {
      addSample(families.at(-1), parseSample(line), seen);
    }
  }
  return families;
}

function parseSample(line: string): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`cannot read ${line}`);
  const pairs = [...labels.matchAll(LABEL)];
  if (pairs.map(([all]) => all).join('') !== labels) throw new Error(`cannot read the labels of ${line}`);
  return { name, labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])), value: toNumber(value) };
}

function toNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'Nan' && text !== 'NaN') throw new Error(`${text} is no number`);
  return value;
}

function addSample(family: (Family & { samples: Sample[] }) | undefined, sample: Sample, seen: Set<string>): void {
  if (family === undefined) throw new Error(`${sample.name} comes before any HELP`);
  const names = (ENDINGS[family.type] ?? ['']).map((ending) => family.name + ending);
  if (!names.includes(sample.name)) throw new Error(`${sample.name} stands under ${family.name}`);
  const series = sample.name + canonical(sample.labels);
  if (seen.has(series)) throw new Error(`${series} is there twice`);
  seen.add(series);
  family.samples.push(sample);
}

/** The value of one series; `undefined` if it is not there. */
export function valueOf(text: string, name: string, labels: Sample['labels'] = {}): number | undefined {
  const samples = parseExposition(text).flatMap((family) => family.samples);
  return samples.find((sample) => sample.name === name && canonical(sample.labels) === canonical(labels))?.value;
}

/** The label sets that a metric has, histograms by their `_count`. */
export function labelsOf(text: string, metric: string): Sample['labels'][] {
  const family = parseExposition(text).find(({ name }) => name === metric);
  if (family === undefined) return [];
  const samples = family.samples.filter(({ name }) => name === metric || name === `${metric}_count`);
  return samples.map(({ labels }) => labels);
}

function canonical(labels: Sample['labels']): string {
  return JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
