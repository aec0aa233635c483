import { describe, expect, it } from '@jest/globals';
import { Tally } from './tally.js';

describe('Tally', () => {
  it('counts outcomes apart and gives exact percentiles by nearest rank', () => {
    const tally = new Tally();
    for (let latency = 200; latency >= 1; latency--) tally.record({ kind: 'right' }, latency);
    tally.record({ kind: 'failed' }, 1_000);
    tally.record({ kind: 'wrong' }, 0.5);
    tally.record({ kind: 'wrong' }, 0.25);
    expect(tally.figures()).toEqual({ requests: 203, failed: 1, wrong: 2, p50: 100, p99: 199, slowest: 1_000 });
  });

  it.each([
    [1, { p50: 1, p99: 1 }],
    [2, { p50: 1, p99: 2 }],
    [100, { p50: 50, p99: 99 }],
    [101, { p50: 51, p99: 100 }],
  ])('of the latencies 1 to %i', (count, percentiles) => {
    const tally = new Tally();
    for (let latency = 1; latency <= count; latency++) tally.record({ kind: 'right' }, latency);
    expect(tally.figures()).toMatchObject(percentiles);
  });

  it('has no latencies without requests', () => {
    const none = { requests: 0, failed: 0, wrong: 0, p50: undefined, p99: undefined, slowest: undefined };
    expect(new Tally().figures()).toEqual(none);
  });
});
