import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PrometheusExporter } from '../src/index.js';
import { labelsOf, valueOf } from './exposition.js';
import { performanceModule, scrape, StartedApps } from './support.js';

const apps = new StartedApps();
afterEach(() => apps.closeAll());

const start = () => apps.start({ imports: [performanceModule()] });

/** Keeps the event loop from turning. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof gc === 'function') gc();
}

describe('metrics of the process', () => {
  it('have memory, CPU, start and version as Node has them', async () => {
    const text = await scrape(await start());
    const value = (name: string) => valueOf(text, name) ?? NaN;
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(value('nodejs_heap_size_used_bytes'));
    expect(value('nodejs_heap_size_total_bytes')).toBeGreaterThan(value('nodejs_heap_size_used_bytes') / 2);
    expect(value('nodejs_heap_size_limit_bytes')).toBeGreaterThan(value('nodejs_heap_size_used_bytes'));
    expect(value('nodejs_external_memory_bytes')).toBeGreaterThan(0);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('process_start_time_seconds') * 1_000).toBeLessThan(Date.now());
    expect(value('process_start_time_seconds') * 1_000).toBeGreaterThan(Date.now() - (process.uptime() + 60) * 1_000);
    expect(labelsOf(text, 'nodejs_version_info')).toEqual([{ version: process.version }]);
  });

  it('count CPU time once, however often they are scraped', async () => {
    const app = await start();
    for (let scrapes = 0; scrapes < 5; scrapes++) await scrape(app);
    const counted = valueOf(await scrape(app), 'process_cpu_seconds_total');
    const { user, system } = process.cpuUsage();
    expect(counted).toBeLessThanOrEqual((user + system) / 1_000_000);
  });

  it('show a block of the event loop, and that it was busy', async () => {
    const app = await start();
    const before = valueOf(await scrape(app), 'nodejs_eventloop_active_seconds_total') ?? NaN;
    await eventually(async () => {
      block(300);
      const text = await scrape(app);
      const all = valueOf(text, 'nodejs_eventloop_delay_seconds_count') ?? NaN;
      const short = valueOf(text, 'nodejs_eventloop_delay_seconds_bucket', { le: '0.1' }) ?? NaN;
      expect(all - short).toBeGreaterThan(0);
      expect(valueOf(text, 'nodejs_eventloop_active_seconds_total')).toBeGreaterThan(before + 0.25);
    });
  });

  it('show garbage collections by their kind', async () => {
    const app = await start();
    await eventually(async () => {
      collectGarbage();
      const text = await scrape(app);
      expect(valueOf(text, 'nodejs_gc_duration_seconds_count', { kind: 'major' })).toBeGreaterThan(0);
    });
  });

  it('are watched no more when the application is closed', async () => {
    const app = await start();
    const exporter = app.get(PrometheusExporter);
    await apps.closeAll();
    const collections = async () => {
      const text = await exporter.text();
      const kinds = labelsOf(text, 'nodejs_gc_duration_seconds');
      return kinds.map((labels) => valueOf(text, 'nodejs_gc_duration_seconds_count', labels));
    };
    const before = await collections();
    let isSeen = false;
    const observer = new PerformanceObserver(() => {
      isSeen = true;
    });
    observer.observe({ entryTypes: ['gc'] });
    collectGarbage();
    await eventually(() => isSeen);
    observer.disconnect();
    await expect(collections()).resolves.toEqual(before);
  });
});
