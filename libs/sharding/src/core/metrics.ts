import type { Counter, Histogram, MetricsSink } from '@envol/common';

/** Counts the statements of one shard by how they ended, and shows whether it is up. */
export function shardMetrics(
  metrics: MetricsSink,
  shard: string,
  isUp: () => boolean,
): Readonly<Record<'ok' | 'error' | 'unavailable', Counter>> {
  metrics.gauge(
    { name: 'envol_sharding_shard_up', help: 'Whether the shard is asked (1) or known to be away (0).' },
    () => (isUp() ? 1 : 0),
    { shard },
  );
  const counter = (outcome: string): Counter =>
    metrics.counter(
      { name: 'envol_sharding_queries_total', help: 'Statements by shard and by how they ended.' },
      { shard, outcome },
    );
  return { ok: counter('ok'), error: counter('error'), unavailable: counter('unavailable') };
}

/** Times what is asked of several shards. */
export function scatterSeconds(metrics: MetricsSink, operation: 'find' | 'count' | 'each'): Histogram {
  return metrics.histogram(
    { name: 'envol_sharding_scatter_seconds', help: 'Time until every shard asked had answered.' },
    { operation },
  );
}
