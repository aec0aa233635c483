import { EnvolError } from '@envol/common';

/** One line of values: a name, its labels, a number. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,\s*|$)/gy;
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };
const NUMBERS: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity, NaN: NaN };

/**
 * Reads metrics in the text format of Prometheus, version 0.0.4, as `/metrics` gives them.
 *
 * @throws EnvolError `ENVOL_ATLAS_INVALID_METRICS` with the first line that is not in that format
 */
export function parsePrometheusText(text: string): Sample[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseSample);
}

function parseSample(line: string): Sample {
  const [, name, labels = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw invalid(line);
  const value = NUMBERS[number] ?? Number(number);
  if (Number.isNaN(value) && number !== 'NaN') throw invalid(line);
  return { name, labels: parseLabels(labels, line), value };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let parsed = 0;
  for (const [whole, name = '', value = ''] of text.matchAll(LABEL)) {
    labels[name] = value.replaceAll(/\\[\\"n]/g, (escape) => ESCAPES[escape] ?? escape);
    parsed += whole.length;
  }
  if (parsed < text.length) throw invalid(line);
  return labels;
}

function invalid(line: string): EnvolError {
  return new EnvolError(
    'ENVOL_ATLAS_INVALID_METRICS',
    `Not in the text format of Prometheus: ${line.slice(0, 120)}`,
    'Look at what GET /metrics on the management port answers.',
  );
}
