import { describe, expect, it } from '@jest/globals';
import { parsePrometheusText } from './prometheus-text.js';

describe('parsePrometheusText', () => {
  it('reads names, labels and values, and leaves comments out', () => {
    const text = `
# HELP envol_cache_hits_total Reads that found a value
# TYPE envol_cache_hits_total counter
envol_cache_hits_total{cache="answers"} 1027

envol_memory_heap_used_bytes 6.1865984e+07
http_seconds_bucket{route="/cities/:id",le="+Inf"} 12 1395066363000
a{x="1",y="2",} +Inf
b -Inf
c NaN
`;
    expect(parsePrometheusText(text)).toEqual([
      { name: 'envol_cache_hits_total', labels: { cache: 'answers' }, value: 1_027 },
      { name: 'envol_memory_heap_used_bytes', labels: {}, value: 61_865_984 },
      { name: 'http_seconds_bucket', labels: { route: '/cities/:id', le: '+Inf' }, value: 12 },
      { name: 'a', labels: { x: '1', y: '2' }, value: Infinity },
      { name: 'b', labels: {}, value: -Infinity },
      { name: 'c', labels: {}, value: NaN },
    ]);
  });

  it('reads braces, commas, spaces and escapes in labels', () => {
    const text = String.raw`a{x="} 1",y="a\"b\\n\nc, d",z=""} 2`;
    expect(parsePrometheusText(text)).toEqual([
      { name: 'a', labels: { x: '} 1', y: 'a"b\\n\nc, d', z: '' }, value: 2 },
    ]);
  });

  it.each(['a', 'a one', '1a 2', 'a{x=1} 2', 'a{x="1" 2', 'a{x="1"y="2"} 3', '{"code":"NOT_FOUND"}', 'a 1 2 3'])(
    'refuses %s',
    (line) => {
      expect(() => parsePrometheusText(line)).toThrow(
        expect.objectContaining({ code: 'ENVOL_ATLAS_INVALID_METRICS', message: expect.stringContaining(line) }),
      );
    },
  );
});
