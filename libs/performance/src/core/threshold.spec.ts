import { requestContext } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { PerformanceEvent } from './performance-events.js';
import { resolveThreshold, type ThresholdOptions } from './threshold-options.js';
import { Threshold, type ThresholdBreach, type ThresholdHandler, type ThresholdRecoveredHandler } from './threshold.js';

function threshold(action?: ThresholdOptions | ThresholdHandler) {
  const clock = new ManualClock();
  const events: PerformanceEvent[] = [];
  const onEvent = (event: PerformanceEvent) => void events.push(event);
  return { clock, events, threshold: new Threshold('http', resolveThreshold('http', 1, action), { clock, onEvent }) };
}

/** Three breaches in a minute, a cooldown of five minutes. */
function watched() {
  const handler = jest.fn<ThresholdHandler>();
  const recovered = jest.fn<ThresholdRecoveredHandler>();
  return { ...threshold({ handler, recovered }), handler, recovered };
}

describe('a threshold', () => {
  it('calls its handler at the third measurement over it within a minute', () => {
    const { threshold: one, handler } = watched();
    for (const value of [2, 0.5, 1, 3]) one.observe(value, {});
    expect(handler).not.toHaveBeenCalled();
    expect(one.isBreached).toBe(false);
    one.observe(4, { route: 'GET /cities/:id', requestId: 'r-1' });
    expect(handler.mock.calls).toEqual([
      [{ metric: 'http', value: 4, threshold: 1, breaches: 3, route: 'GET /cities/:id', requestId: 'r-1' }],
    ]);
    expect(one.isBreached).toBe(true);
  });

  it('tells whether a measurement exceeds it', () => {
    const { threshold: one } = watched();
    expect([0.9, 1, 1.1].map((value) => one.observe(value, {}))).toEqual([false, false, true]);
  });

  it('does not mind breaches that are further apart', async () => {
    const { threshold: one, clock, handler } = watched();
    for (let index = 0; index < 10; index++) {
      one.observe(2, {});
      await clock.advance(30_000);
    }
    expect(handler).not.toHaveBeenCalled();
    one.observe(2, {});
    await clock.advance(29_999);
    one.observe(2, {});
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is silent for the cooldown, then says again that it goes on, with all breaches so far', async () => {
    const { threshold: one, clock, handler, recovered } = watched();
    for (let second = 0; second < 303; second++) {
      one.observe(2, {});
      await clock.advance(1_000);
    }
    expect(handler.mock.calls.map(([{ breaches }]) => breaches)).toEqual([3, 303]);
    expect(recovered).not.toHaveBeenCalled();
  });

  it('tells when it is over, also when nothing is measured any more', async () => {
    const { threshold: one, clock, recovered } = watched();
    for (let index = 0; index < 3; index++) one.observe(2, {});
    await clock.advance(30_000);
    one.observe(2, {});
    await clock.advance(29_999);
    expect(recovered).not.toHaveBeenCalled();
    expect(one.isBreached).toBe(true);
    await clock.advance(1);
    expect(recovered.mock.calls).toEqual([[{ metric: 'http', threshold: 1, breaches: 4 }]]);
    expect(one.isBreached).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not recover as long as there are three breaches in the last minute', async () => {
    const { threshold: one, clock, recovered } = watched();
    for (let index = 0; index < 30; index++) {
      one.observe(2, {});
      await clock.advance(19_000);
    }
    expect(recovered).not.toHaveBeenCalled();
  });

  it('keeps the cooldown over a recovery, so that it cannot flap', async () => {
    const { threshold: one, clock, handler } = watched();
    const burst = () => [2, 2, 2].forEach((value) => one.observe(value, {}));
    burst();
    await clock.advance(120_000);
    burst();
    expect(handler).toHaveBeenCalledTimes(1);
    await clock.advance(180_000);
    burst();
    expect(handler).toHaveBeenCalledTimes(2);
    expect(handler).toHaveBeenLastCalledWith(expect.objectContaining({ breaches: 3 }));
  });

  it('reports a breach that began in the cooldown at the end of it, if it still lasts', async () => {
    const { threshold: one, clock, handler, recovered } = watched();
    const burst = (value: number) => [2, 2, value].forEach((seconds) => one.observe(seconds, { requestId: 'r-1' }));
    burst(2);
    await clock.advance(60_000);
    expect(recovered).toHaveBeenCalledTimes(1);
    await clock.advance(190_000);
    burst(7);
    expect(one.isBreached).toBe(true);
    await clock.advance(49_999);
    expect(handler).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    expect(handler.mock.calls.slice(1)).toEqual([
      [{ metric: 'http', value: 7, threshold: 1, breaches: 3, requestId: 'r-1' }],
    ]);
    await clock.advance(10_000);
    expect(recovered).toHaveBeenCalledTimes(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says nothing of a breach that begins and ends in the cooldown, though it knows of it', async () => {
    const { threshold: one, clock, handler, recovered } = watched();
    const burst = () => [2, 2, 2].forEach((value) => one.observe(value, {}));
    burst();
    await clock.advance(120_000);
    burst();
    expect(one.isBreached).toBe(true);
    await clock.advance(60_000);
    expect(one.isBreached).toBe(false);
    await clock.advance(600_000);
    expect([handler.mock.calls.length, recovered.mock.calls.length]).toEqual([1, 1]);
  });

  it('taken away in a breach that nobody was told of does not tell of its end', async () => {
    const { threshold: one, clock, recovered } = watched();
    const burst = () => [2, 2, 2].forEach((value) => one.observe(value, {}));
    burst();
    await clock.advance(120_000);
    burst();
    one.withdraw();
    expect(recovered).toHaveBeenCalledTimes(1);
    expect(one.isBreached).toBe(false);
  });

  it('calls handler and recovered in turn, whatever is measured', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat(40_000)), { maxLength: 60 }), async (steps) => {
        const calls: string[] = [];
        const handler = () => void calls.push('breached');
        const recovered = () => void calls.push('recovered');
        const { threshold: one, clock } = threshold({ handler, recovered, breaches: 2, cooldown: '2m' });
        for (const [isOver, pause] of steps) {
          one.observe(isOver ? 2 : 0.5, {});
          await clock.advance(pause);
        }
        await clock.advance(600_000);
        // A breach that goes on is said again after the cooldown; its recovery only once.
        expect(calls.join(' ')).toMatch(/^((breached ?)+recovered ?)*$/);
        expect(one.isBreached).toBe(false);
        expect(clock.pendingTimers).toBe(0);
      }),
    );
  });

  it('may be stopped by its own handler, in the cooldown check too', async () => {
    const handler = jest.fn<ThresholdHandler>();
    const { threshold: one, clock } = threshold({ handler, breaches: 1, window: '1m', cooldown: '90s' });
    one.observe(2, {});
    await clock.advance(70_000);
    one.observe(2, {});
    handler.mockImplementation(() => one.withdraw());
    await clock.advance(20_000);
    expect(handler).toHaveBeenCalledTimes(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('without a handler is an event, and so is its recovery', async () => {
    const { threshold: one, clock, events } = threshold({ breaches: 1, window: '10s' });
    one.observe(2, {});
    await clock.advance(10_000);
    expect(events).toEqual([
      { type: 'threshold-breached', breach: { metric: 'http', value: 2, threshold: 1, breaches: 1 } },
      { type: 'threshold-recovered', recovery: { metric: 'http', threshold: 1, breaches: 1 } },
    ]);
  });

  it('with a handler is no event, and takes a function in the place of options', async () => {
    const handler = jest.fn<ThresholdHandler>();
    const { threshold: one, clock, events } = threshold(handler);
    for (let index = 0; index < 3; index++) one.observe(2, {});
    await clock.advance(60_000);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(events).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('contains a handler that %s', async (_how, handler) => {
    const { threshold: one, clock, events } = threshold({ handler, recovered: handler, breaches: 1 });
    expect(() => one.observe(2, {})).not.toThrow();
    await clock.advance(60_000);
    const failure = {
      type: 'threshold-handler-failed',
      metric: 'http',
      cause: expect.objectContaining({ message: 'broken' }),
    };
    expect(events).toEqual([failure, failure]);
  });

  it('runs its handler outside of the deadline of the request that it measures, but with its id', () => {
    const handler = jest.fn((_breach: ThresholdBreach) => requestContext.current());
    const { threshold: one } = threshold({ handler, breaches: 1 });
    requestContext.run({ requestId: 'r-2', deadline: 5 }, () => one.observe(2, {}));
    expect(handler.mock.results[0]?.value).toEqual({ requestId: 'r-2' });
    expect(handler).toHaveBeenCalledWith(expect.objectContaining({ requestId: 'r-2' }));
  });

  it('calls nobody and leaves no timer once it is stopped', async () => {
    const { threshold: one, clock, handler, recovered } = watched();
    for (let index = 0; index < 3; index++) one.observe(2, {});
    one.stop();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(600_000);
    for (let index = 0; index < 3; index++) one.observe(2, {});
    expect(handler).toHaveBeenCalledTimes(1);
    expect(recovered).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('resolveThreshold', () => {
  it.each([
    ['no metric', '', 1, {}, 'expected the name of a metric'],
    ['no time', 'http', 0, {}, 'seconds over 0, got 0'],
    ['an endless time', 'http', Infinity, {}, 'seconds over 0, got Infinity'],
    ['no number', 'http', NaN, {}, 'seconds over 0, got NaN'],
    ['too few breaches', 'http', 1, { breaches: 0 }, 'Threshold of "http": breaches'],
    ['an unknown option', 'http', 1, { cooldwn: '1m' }, 'did you mean "cooldown"?'],
  ])('refuses %s', (_what, metric, seconds, options: object, problem) => {
    const resolve = () => resolveThreshold(metric, seconds, options);
    expect(resolve).toThrow(problem);
    expect(resolve).toThrow(expect.objectContaining({ code: 'ENVOL_PERFORMANCE_INVALID_OPTIONS' }));
  });
});
