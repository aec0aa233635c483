import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { MetricRegistry } from './metric-registry.js';
import { ProcessMetrics } from './process-metrics.js';

describe('ProcessMetrics', () => {
  it('has one timer between start and stop, and none before and after', async () => {
    const clock = new ManualClock();
    const metrics = new ProcessMetrics(new MetricRegistry({ maxSeries: 10, buckets: {} }, () => undefined), clock);
    expect(clock.pendingTimers).toBe(0);
    metrics.start();
    await clock.advance(1_000);
    expect(clock.pendingTimers).toBe(1);
    metrics.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
