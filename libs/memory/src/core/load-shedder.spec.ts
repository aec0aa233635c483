import { RecordingMetrics } from '@envol/common/testing';
import { noMetrics } from '@envol/common';
import { describe, expect, it } from '@jest/globals';
import { LoadShedder } from './load-shedder.js';
import type { MemoryLevel } from './memory-level.js';

const options = { enabled: true, retryAfter: 1_200, exempt: ['/health', '/health/*', '/a.b'] };

describe('LoadShedder', () => {
  it('sheds over a hard limit only, and not when it is told not to', () => {
    const source: { level: MemoryLevel } = { level: 'normal' };
    const shedder = new LoadShedder(options, source, noMetrics);
    const off = new LoadShedder({ ...options, enabled: false }, source, noMetrics);
    const seen = (['normal', 'soft', 'hard'] as const).map((level) => {
      source.level = level;
      return [shedder.isShedding, off.isShedding];
    });
    expect(seen).toEqual([[false, false], [false, false], [true, false]]); // prettier-ignore
  });

  it('exempts paths, exact or by their beginning, whatever their query', () => {
    const shedder = new LoadShedder(options, { level: 'hard' }, noMetrics);
    const served = ['/health', '/health?full=1', '/health/', '/health/live', '/health/live?x=/y', '/a.b'];
    const refused = ['/', '', '/healthy', '/x/health', '/a-b', '/cities?path=/health', '/api/health'];
    expect(served.filter((url) => !shedder.isExempt(url))).toEqual([]);
    expect(refused.filter((url) => shedder.isExempt(url))).toEqual([]);
    expect(new LoadShedder({ ...options, exempt: ['/*'] }, { level: 'hard' }, noMetrics).isExempt('/any')).toBe(true);
  });

  it('compares as routers do: without case, one slash at the end, scheme and host', () => {
    const shedder = new LoadShedder({ ...options, exempt: ['/Metrics/', '/health/*'] }, { level: 'hard' }, noMetrics);
    const served = ['/metrics', '/METRICS/', '/Health/Live', 'http://host:80/metrics?a', 'HTTPS://host/health/live'];
    const refused = [
      '/metrics//',
      'http://host',
      'http://metrics',
      'http://host/?x=/metrics',
      '/x/http://host/metrics',
    ];
    expect(served.filter((url) => !shedder.isExempt(url))).toEqual([]);
    expect(refused.filter((url) => shedder.isExempt(url))).toEqual([]);
  });

  it('exempts paths as given and below the global prefix, as it is at the time', () => {
    let prefix = '';
    const exempt = ['/', '/health', '/health/*'];
    const shedder = new LoadShedder({ ...options, exempt }, { level: 'hard' }, noMetrics, () => prefix);
    expect(shedder.isExempt('/api/v1/health')).toBe(false);
    for (prefix of ['api/v1', '/API/v1', '/api/v1/']) {
      const served = ['/api/v1', '/api/v1/', '/Api/V1/health', '/api/v1/health/live?x', '/health/live', 'http://h/api/v1/health']; // prettier-ignore
      const refused = ['/api/v1x', '/api/v1health', '/api', '/api/health', '/api/v1/cities', '/x/api/v1/health'];
      expect(served.filter((url) => !shedder.isExempt(url))).toEqual([]);
      expect(refused.filter((url) => shedder.isExempt(url))).toEqual([]);
    }
  });

  it('says when to come back in whole seconds, and counts by place', () => {
    const metrics = new RecordingMetrics();
    const shedder = new LoadShedder(options, { level: 'hard' }, metrics);
    expect(shedder.retryAfter).toBe('2');
    shedder.refused('guard');
    expect(metrics.value('envol_memory_shed_total', { place: 'guard' })).toBe(1);
    expect(metrics.value('envol_memory_shed_total', { place: 'server' })).toBe(0);
  });
});
