import { describe, expect, it } from '@jest/globals';
import { gatewayFigures } from './gateway-figures.js';
import { parsePrometheusText } from './prometheus-text.js';

const BEFORE = `
envol_cache_hits_total{cache="answers"} 10
envol_cache_misses_total{cache="answers"} 10
envol_cache_layer_hits_total{store="answers/memory"} 8
`;
const MEMORY = `
envol_memory_heap_used_bytes 100
envol_memory_heap_limit_bytes 400
envol_memory_limit_bytes{key="heapUsed",level="soft"} 300
`;
const AFTER = `
envol_cache_hits_total{cache="answers"} 80
envol_cache_misses_total{cache="answers"} 40
envol_cache_layer_hits_total{store="answers/memory"} 58
envol_cache_layer_hits_total{store="answers/redis"} 20
${MEMORY}`;

function figures(after: string, layers: Record<string, string[]>, before = BEFORE) {
  return gatewayFigures(parsePrometheusText(before), parsePrometheusText(after), layers);
}

describe('gatewayFigures', () => {
  it('tells what the load did to each layer: a layer is asked for what the ones before it did not have', () => {
    expect(figures(AFTER, { answers: ['memory', 'redis'] })).toEqual({
      layers: [
        { store: 'answers/memory', asked: 100, hits: 50 },
        { store: 'answers/redis', asked: 50, hits: 20 },
      ],
      heapUsed: 100,
      heapLimit: 400,
      limits: [{ key: 'heapUsed', level: 'soft', bytes: 300 }],
      missing: [],
    });
  });

  it('keeps caches apart and tells of those it was not told to expect', () => {
    const other = `
envol_cache_hits_total{cache="answers2"} 3
envol_cache_misses_total{cache="answers2"} 1
envol_cache_layer_hits_total{store="answers2/memory"} 3
`;
    const { layers, missing } = figures(AFTER + other, { answers: ['memory'] });
    expect(layers.map(({ store, asked }) => [store, asked])).toEqual([
      ['answers/memory', 100],
      ['answers/redis', 50],
      ['answers2/memory', 4],
    ]);
    expect(missing).toEqual([]);
  });

  it('names every series that is missing', () => {
    expect(figures(AFTER.replace(MEMORY, ''), { answers: ['memory'], statistics: ['memcached'] }).missing).toEqual([
      'envol_cache_hits_total{cache="statistics"}',
      'envol_cache_misses_total{cache="statistics"}',
      'envol_cache_layer_hits_total{store="statistics/memcached"}',
      'envol_memory_heap_used_bytes',
      'envol_memory_heap_limit_bytes',
      'envol_memory_limit_bytes',
    ]);
  });
});
