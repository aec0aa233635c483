import { beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { promtool } from '../promtool.js';
import { scrapeApplication } from './application.js';
import { libsWithDashboards, readDashboard, type Dashboard, type Panel } from './dashboard.js';
import { familyOf, readExposition, type ScrapedMetric } from './exposition.js';
import { readQuestion, type Matcher } from './promql.js';

/** Metrics that no panel shows, and why. */
const NOT_SHOWN: Readonly<Record<string, readonly string[]>> = {
  performance: [
    'process_start_time_seconds', // only the variables ask for it
    'nodejs_heap_size_total_bytes', // between the heap in use and its limit
    'nodejs_external_memory_bytes', // in the dashboard of memory
    'nodejs_version_info', // no figure
  ],
};

/** Labels that Prometheus itself gives to what it scrapes. */
const OF_PROMETHEUS = ['job', 'instance'];

const libs = await libsWithDashboards();
let scraped: ReadonlyMap<string, ScrapedMetric>;

beforeAll(async () => {
  scraped = readExposition(await scrapeApplication());
}, 60_000);

describe('the dashboards', () => {
  it('have identities of their own', async () => {
    const dashboards = await Promise.all(libs.map(readDashboard));
    expect(dashboards.map(({ uid }) => uid)).toEqual(libs.map((lib) => `envol-${lib}`));
    for (const { tags } of dashboards) expect(tags).toEqual(['envol']);
  });

  it('are red when a metric, a label or a value is not there', () => {
    const problems = [
      'rate(envol_cache_hitz_total{job=~"$job"}[1m])',
      'rate(envol_cache_hits_total{store="main"}[1m])',
      'sum by (client) (envol_load_balancer_instances{state=~"ready|gone"})',
      'sum by (instances) (envol_load_balancer_instances{state="ready"})',
      'rate(envol_load_balancer_instances{state="ready"}[1m])',
      'envol_cache_hits_total{cache="main"}',
    ].map((expr) => expressionProblems({ expr, legendFormat: 'x' }));
    expect(problems).toEqual([
      ['envol_cache_hitz_total is not there'],
      ['envol_cache_hits_total has no label store'],
      ['envol_load_balancer_instances has no state gone'],
      ['nothing has the label instances'],
      ['envol_load_balancer_instances is a gauge: no rate'],
      ['envol_cache_hits_total only grows: take its rate'],
    ]);
  });

  it('are red when a legend names what the result does not have', () => {
    const expr = 'sum by (client) (envol_load_balancer_instances{state="ready"})';
    expect(expressionProblems({ expr, legendFormat: '{{client}} {{state}}' })).toEqual([
      'the result has no label state',
    ]);
  });
});

describe.each(libs)('the dashboard of %s', (lib) => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await readDashboard(lib);
  });

  it('asks for metrics, labels and values that the lib emits', () => {
    const problems = dashboard.panels.flatMap(({ title, targets }) =>
      targets.flatMap((target) => expressionProblems(target).map((problem) => `${title}: ${problem}`)),
    );
    expect(problems).toEqual([]);
  });

  it('offers variables that are made from metrics of the lib', () => {
    const [first, ...queries] = dashboard.templating.list;
    expect(first).toMatchObject({ name: 'datasource', type: 'datasource' });
    for (const { name, definition = '' } of queries) {
      const [, metric = '', label = ''] = /^label_values\((\w+)(?:\{.*\})?, (\w+)\)$/.exec(definition) ?? [];
      expect(label).toBe(name);
      expect([...OF_PROMETHEUS, ...(scraped.get(metric)?.labels.keys() ?? [])]).toContain(label);
      expect(isOf(lib, metric)).toBe(true);
    }
  });

  it('uses the variables it offers, and no others', () => {
    const offered = dashboard.templating.list.map(({ name }) => name).filter((name) => name !== 'datasource');
    const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const used = expressions.join(' ').matchAll(/\$(\w+)/g);
    expect(new Set([...used].map(([, name]) => name).filter((name) => name !== '__rate_interval'))).toEqual(
      new Set(offered),
    );
    for (const expr of expressions) expect(expr).toContain('job=~"$job", instance=~"$instance"');
  });

  it('shows every metric of the lib but those that are left out on purpose', () => {
    const asked = dashboard.panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => readQuestion(expr).selectors.map(({ metric }) => metric)),
    );
    const families = (names: readonly string[]) =>
      new Set(names.map((name) => familyOf(name, scraped.get(name) ?? { type: '', labels: new Map() })));
    const emitted = families([...scraped.keys()].filter((name) => isOf(lib, name)));
    const shown = families(asked);
    expect([...emitted].filter((name) => !shown.has(name))).toEqual(NOT_SHOWN[lib] ?? []);
  });

  it('has panels that lie side by side', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const panel of panels) expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
    const overlapping = panels.flatMap((one, index) =>
      panels
        .slice(index + 1)
        .filter((other) => overlap(one, other))
        .map(({ title }) => `${one.title} and ${title}`),
    );
    expect(overlapping).toEqual([]);
  });

  it('asks in PromQL that promtool accepts', async () => {
    const rules = dashboard.panels.flatMap(({ id, targets }) =>
      targets.map(({ refId, expr }) => ({ record: `panel:${id}:${refId}`, expr: withoutVariables(expr) })),
    );
    const text = stringify({ groups: [{ name: lib, rules }] });
    await expect(promtool({ 'rules.yml': text }, 'check', 'rules', 'rules.yml')).resolves.toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
  });
});

it('promtool refuses what is no PromQL', async () => {
  const text = stringify({ groups: [{ name: 'broken', rules: [{ record: 'panel:1:A', expr: 'sum by (a (b{})' }] }] });
  await expect(promtool({ 'rules.yml': text }, 'check', 'rules', 'rules.yml')).rejects.toThrow(/could not parse/);
});

/** Whether a metric is one of the lib. Those of the process come from performance, under the names that others give them. */
function isOf(lib: string, metric: string): boolean {
  return (
    metric.startsWith(`envol_${lib.replace('-', '_')}_`) || (lib === 'performance' && /^(process|nodejs)_/.test(metric))
  );
}

/** What is wrong with a question, seen from what is really emitted: one sentence each. */
function expressionProblems({ expr, legendFormat }: Pick<Panel['targets'][number], 'expr' | 'legendFormat'>): string[] {
  const { selectors, grouping } = readQuestion(expr);
  const problems = selectors.flatMap(({ metric, matchers }) => {
    const emitted = scraped.get(metric);
    if (emitted === undefined) return [`${metric} is not there`];
    return [
      ...kindProblems(metric, emitted, expr),
      ...matchers.flatMap((matcher) => matcherProblems(metric, emitted, matcher)),
    ];
  });
  const labels = new Set([
    ...OF_PROMETHEUS,
    ...selectors.flatMap(({ metric }) => [...(scraped.get(metric)?.labels.keys() ?? [])]),
  ]);
  const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].flatMap(([, label]) => label ?? []);
  return [
    ...problems,
    ...grouping.filter((label) => !labels.has(label)).map((label) => `nothing has the label ${label}`),
    ...legend.filter((label) => !grouping.includes(label)).map((label) => `the result has no label ${label}`),
  ];
}

/** What only grows is asked for its growth; what goes up and down is not. */
function kindProblems(metric: string, { type }: ScrapedMetric, expr: string): string[] {
  const isGrowth = new RegExp(`(rate|increase)\\(${metric}\\{`).test(expr);
  if (type === 'gauge') return isGrowth ? [`${metric} is a gauge: no rate`] : [];
  return isGrowth ? [] : [`${metric} only grows: take its rate`];
}

function matcherProblems(metric: string, { labels }: ScrapedMetric, { label, operator, value }: Matcher): string[] {
  if (OF_PROMETHEUS.includes(label)) return [];
  const values = labels.get(label);
  if (values === undefined) return [`${metric} has no label ${label}`];
  if (value.startsWith('$')) return [];
  const asked = operator.endsWith('~') ? value.split('|') : [value];
  return asked
    .filter((one) => ![...values].some((emitted) => new RegExp(`^(?:${one})$`).test(emitted)))
    .map((one) => `${metric} has no ${label} ${one}`);
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** As Grafana would send it. */
function withoutVariables(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, '.*');
}
