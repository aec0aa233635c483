import { EnvolError } from '@envol/common';

/** Name and meaning of a metric, whatever its prefix. */
export interface AnyMetricDefinition {
  readonly name: string;
  readonly help: string;
}

/** Kinds of metrics, as Prometheus calls them. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

const NAME = /^[a-z][a-z0-9_]*$/;

/** What Prometheus adds to the names of histograms and expects at the end of counters. */
const RESERVED_ENDING = /_(total|bucket|count|sum)$/;

/**
 * Refuses what Prometheus could not read, or would take for something else.
 *
 * @throws EnvolError `ENVOL_PERFORMANCE_INVALID_METRIC`
 */
export function checkDefinition(
  kind: MetricKind,
  { name, help }: AnyMetricDefinition,
  labelNames: readonly string[],
): void {
  if (!NAME.test(name)) throw invalidMetric(name, 'its name has other characters than a-z, 0-9 and "_"');
  if (help.trim() === '') throw invalidMetric(name, 'it has no help text');
  if (kind === 'counter' && !name.endsWith('_total')) throw invalidMetric(name, 'a counter ends in _total');
  if (kind !== 'counter' && RESERVED_ENDING.test(name)) {
    throw invalidMetric(name, `a ${kind} does not end in _total, _bucket, _count or _sum`);
  }
  const badLabel = labelNames.find((label) => !NAME.test(label) || label === 'le' || label === 'quantile');
  if (badLabel !== undefined) throw invalidMetric(name, `"${badLabel}" cannot be a label`);
}

/** An error about the metric `name`. */
export function invalidMetric(name: string, problem: string): EnvolError {
  return new EnvolError(
    'ENVOL_PERFORMANCE_INVALID_METRIC',
    `Metric "${name}": ${problem}`,
    'A metric is defined once: one name in snake_case, one kind, one set of label names, a help text.',
  );
}
