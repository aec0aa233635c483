import { Cached, CacheModule } from '@envol/cache';
import { eventually } from '@envol/common/testing';
import { MemoryModule, MemoryMonitor } from '@envol/memory';
import { Measure, MetricsController, PerformanceModule, PerformanceMonitor } from '@envol/performance';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';

let app: INestApplication | undefined;
afterEach(() => app?.close());

@Controller()
class CitiesController {
  @Measure('every call')
  @Cached({ key: 'outside' })
  @Get('outside')
  async measuredOutside(): Promise<string> {
    return 'Paris';
  }

  @Cached({ key: 'inside' })
  @Measure('misses only')
  @Get('inside')
  async measuredInside(): Promise<string> {
    return 'Rome';
  }
}

async function start(limits = {}): Promise<string> {
  const module = await Test.createTestingModule({
    imports: [
      PerformanceModule.forRoot({ cacheFor: 0 }),
      CacheModule.forRoot({}),
      MemoryModule.forRoot({ limits: { heapUsed: false, rss: false, ...limits }, interval: '10ms' }),
    ],
    controllers: [CitiesController, MetricsController],
  }).compile();
  app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

describe('@envol/performance with the other libs', () => {
  it('measures a cached method as its decorators stand: outside of the cache every call, inside the misses', async () => {
    const url = await start();
    for (let call = 0; call < 3; call++) {
      await expect(textOf(`${url}/outside`)).resolves.toBe('Paris');
      await expect(textOf(`${url}/inside`)).resolves.toBe('Rome');
    }
    const metrics = app?.get(PerformanceMonitor).metrics();
    expect(metrics?.['every call']?.count).toBe(3);
    expect(metrics?.['misses only']?.count).toBe(1);
  });

  it('exports what the cache and the memory guard count', async () => {
    const url = await start();
    for (let call = 0; call < 3; call++) await fetch(`${url}/outside`);
    const text = await textOf(`${url}/metrics`);
    expect(text).toContain('envol_cache_hits_total{cache="main"} 2');
    expect(text).toContain('envol_cache_misses_total{cache="main"} 1');
    expect(text).toMatch(/^envol_memory_heap_used_bytes \d+$/m);
  });

  it('counts the requests that memory pressure refused, and is still scraped meanwhile', async () => {
    const url = await start({ leak: { soft: 1, hard: 2 } });
    const monitor = app?.get(MemoryMonitor);
    const release = monitor?.register({ name: 'leak', bytes: 1_000, reclaim: () => undefined });
    await eventually(async () => (await fetch(`${url}/outside`)).status === 503, 20_000);
    const refused = await fetch(`${url}/outside`);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    const text = await textOf(`${url}/metrics`);
    expect(text).toMatch(/envol_performance_http_request_seconds_count\{[^}]*status="503"[^}]*\} [1-9]/);
    expect(text).toMatch(/envol_memory_shed_total\{place="server"\} [1-9]/);
    release?.();
  }, 60_000);
});
