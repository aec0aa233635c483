import { describe, expect, it } from '@jest/globals';
import { closedLoop, openLoop } from './load-shape.js';

describe('openLoop', () => {
  it('takes one rate, or a ramp, for a duration', () => {
    expect(openLoop({ rate: 500, duration: '30s' })).toEqual({
      loop: 'open',
      stages: [{ duration: 30_000, from: 500, to: 500 }],
      arrivals: 'constant',
      seed: 1,
      maxInFlight: 10_000,
    });
    expect(openLoop({ rate: { from: 0, to: 10 }, duration: 100 }).stages).toEqual([{ duration: 100, from: 0, to: 10 }]);
  });

  it('takes stages', () => {
    const { stages } = openLoop({
      stages: [
        { duration: '10s', rate: 100 },
        { duration: '30s', rate: { from: 100, to: 1_000 } },
      ],
    });
    expect(stages).toEqual([
      { duration: 10_000, from: 100, to: 100 },
      { duration: 30_000, from: 100, to: 1_000 },
    ]);
  });

  it.each([
    [{ rate: -1, duration: '1s' }, 'rate: expected requests per second, 0 to 1,000,000, or { from, to } of such'],
    [{ rate: { from: 1 }, duration: '1s' }, 'rate: expected requests per second'],
    [{ rate: 5 }, 'options: expected either `rate` and `duration`, or `stages`'],
    [{ rate: 5, duration: '1s', stages: [{ rate: 5, duration: '1s' }] }, 'expected either `rate` and `duration`'],
    [{ stages: [] }, 'stages: '],
    [{ stages: [{ rate: 5, duration: 'soon' }] }, 'stages.0.duration: expected a duration'],
    [{ stages: [{ rate: 0, duration: '1s' }] }, 'sends nothing: `rate` is 0 all the time'],
    [{ rate: 5, duration: '1s', maxInflight: 5 }, 'did you mean "maxInFlight"?'],
  ])('refuses %j and says why', (options, reason) => {
    expect(() => openLoop(options as never)).toThrow(reason);
  });
});

describe('closedLoop', () => {
  it('takes connections, or stages of them', () => {
    expect(closedLoop({ connections: 10, duration: '1s', thinkTime: '50ms', expectedInterval: '10ms' })).toEqual({
      loop: 'closed',
      stages: [{ duration: 1_000, from: 10, to: 10 }],
      thinkTime: 50,
      expectedInterval: 10,
    });
    expect(closedLoop({ stages: [{ duration: '1s', connections: { from: 1, to: 50 } }] }).stages).toEqual([
      { duration: 1_000, from: 1, to: 50 },
    ]);
  });

  it.each([
    [{ connections: 1.5, duration: '1s' }, 'connections: expected a whole number of connections'],
    [{ duration: '1s' }, 'expected either `connections` and `duration`, or `stages`'],
    [{ connections: 0, duration: '1s' }, 'sends nothing: `connections` is 0 all the time'],
  ])('refuses %j and says why', (options, reason) => {
    expect(() => closedLoop(options as never)).toThrow(reason);
  });
});
