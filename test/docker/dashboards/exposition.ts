/** One metric as Prometheus sees it. */
export interface ScrapedMetric {
  readonly type: string;
  /** For each label the values it had. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
}

const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format: every name that a query can ask for (`..._bucket`, `..._sum` and so on). */
export function readExposition(text: string): ReadonlyMap<string, ScrapedMetric> {
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const metrics = new Map<string, { type: string; labels: Map<string, Set<string>> }>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/gm)) {
    const family = name.replace(/_(bucket|sum|count)$/, '');
    const metric = metrics.get(name) ?? { type: types.get(name) ?? types.get(family) ?? 'untyped', labels: new Map() };
    for (const [, label = '', value = ''] of labels.matchAll(LABEL)) {
      metric.labels.set(label, (metric.labels.get(label) ?? new Set()).add(value));
    }
    metrics.set(name, metric);
  }
  return metrics;
}

/** The name under which a metric was made: without `_bucket`, `_sum`, `_count` of a histogram or summary. */
export function familyOf(name: string, { type }: ScrapedMetric): string {
  return type === 'histogram' || type === 'summary' ? name.replace(/_(bucket|sum|count)$/, '') : name;
}
