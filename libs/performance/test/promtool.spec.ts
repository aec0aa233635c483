import { METRICS_SINK, type MetricsSink } from '@envol/common';
import { eventually } from '@envol/common/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param } from '@nestjs/common';
import { MetricsController, PerformanceMonitor } from '../src/index.js';
import { lintExposition } from './exposition-linter.js';
import { labelsOf, parseExposition } from './exposition.js';
import { promtoolCheck } from './promtool.js';
import { performanceModule, scrape, StartedApps } from './support.js';

@Controller('cities')
class CitiesController {
  @Get(':id')
  find(@Param('id') id: string): string {
    return id;
  }
}

const apps = new StartedApps();
let text = '';

/** A scrape with everything in it: all instruments, awkward label values, series over the limit. */
beforeAll(async () => {
  const app = await apps.start({
    imports: [performanceModule({ maxSeries: 50 })],
    controllers: [CitiesController, MetricsController],
  });
  const metrics = app.get<MetricsSink>(METRICS_SINK);
  const monitor = app.get(PerformanceMonitor);
  for (let index = 0; index < 60; index++) {
    const labels = { cache: `c${index}`, store: 'a "quoted" \\ name\nof two lines' };
    metrics.counter({ name: 'envol_cache_hits_total', help: 'Reads that\nfound a \\ value' }, labels).add(index);
    metrics.gauge({ name: 'envol_cache_items', help: 'Entries' }, () => index, labels);
    metrics.histogram({ name: 'envol_cache_entry_bytes', help: 'Size of entries' }, labels).record(index * 1_000);
    monitor.measure(`key ${index}`, () => index);
  }
  metrics.gauge({ name: 'envol_cache_hit_ratio', help: 'Hits of all reads' }, () => NaN);
  monitor.setThreshold('http', 1);
  monitor.served({ kind: 'rpc', route: 'places.find', seconds: 1, outcome: 'ok', requestId: undefined });
  for (const path of ['/cities/1', '/nowhere', '/metrics']) await fetch(`${await app.getUrl()}${path}`);
  await eventually(async () => {
    text = await scrape(app);
    return labelsOf(text, 'envol_performance_http_request_seconds').length === 3;
  });
});
afterAll(() => apps.closeAll());

describe('a scrape', () => {
  it('has every metric that the README names', () => {
    expect(parseExposition(text).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'envol_performance_http_request_seconds',
        'envol_performance_http_requests_in_flight',
        'envol_performance_measure_seconds',
        'envol_performance_rpc_first_value_seconds',
        'envol_performance_rpc_seconds',
        'envol_performance_threshold_breached',
        'envol_performance_threshold_breaches_total',
        'nodejs_eventloop_active_seconds_total',
        'nodejs_eventloop_delay_seconds',
        'nodejs_external_memory_bytes',
        'nodejs_gc_duration_seconds',
        'nodejs_heap_size_limit_bytes',
        'nodejs_heap_size_total_bytes',
        'nodejs_heap_size_used_bytes',
        'nodejs_version_info',
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'process_start_time_seconds',
      ]),
    );
  });

  it('is without complaint by our linter', () => {
    expect(lintExposition(text)).toEqual([]);
  });

  it('is without complaint by promtool check metrics', async () => {
    await expect(promtoolCheck(text)).resolves.toBe('');
  });
});

describe('promtool as these tests run it', () => {
  it('does complain about what is wrong', async () => {
    await expect(promtoolCheck('# HELP x_ms x\n# TYPE x_ms counter\nx_ms 1\n')).resolves.toContain('_total');
    await expect(promtoolCheck('x{ 1\n')).resolves.not.toBe('');
  });
});
