import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { CircuitBreaker } from './circuit-breaker.js';

function setUp(isFailure?: (error: unknown) => boolean) {
  const clock = new ManualClock();
  const state = { healthy: false, probes: 0, changes: new Array<boolean>() };
  const breaker = new CircuitBreaker({
    failures: 3,
    probeEvery: 1_000,
    clock,
    probe: async () => {
      state.probes += 1;
      if (!state.healthy) throw new Error('still ill');
    },
    onChange: (open) => state.changes.push(open),
    ...(isFailure && { isFailure }),
  });
  const fail = (times: number) => Array.from({ length: times }, () => breaker.failed(new Error('x')));
  return { breaker, clock, state, fail };
}

describe('CircuitBreaker', () => {
  it('opens after so many failures in a row, and not when a success lies between', () => {
    const { breaker, fail } = setUp();
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker.isOpen).toBe(true);
  });

  it('probes in the background until the other side is well, then closes', async () => {
    const { breaker, clock, state, fail } = setUp();
    fail(3);
    await clock.advance(3_000);
    expect(state.probes).toBe(3);
    expect(breaker.isOpen).toBe(true);
    state.healthy = true;
    await clock.advance(1_000);
    expect(breaker.isOpen).toBe(false);
    await clock.advance(10_000);
    expect(state.probes).toBe(4);
    expect(state.changes).toEqual([true, false]);
  });

  it('can open again after it closed', async () => {
    const { breaker, clock, state, fail } = setUp();
    state.healthy = true;
    fail(3);
    await clock.advance(1_000);
    fail(2);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker.isOpen).toBe(true);
  });

  it('opens at once when it is told to, and closes like any other time', async () => {
    const { breaker, clock, state } = setUp();
    breaker.trip();
    breaker.trip();
    expect(state.changes).toEqual([true]);
    state.healthy = true;
    await clock.advance(1_000);
    expect(breaker.isOpen).toBe(false);
  });

  it('does not count errors that say nothing about the health of the other side', () => {
    const { breaker, fail } = setUp(() => false);
    fail(10);
    expect(breaker.isOpen).toBe(false);
  });

  it('leaves no timer behind once stopped', async () => {
    const { breaker, clock, fail } = setUp();
    fail(3);
    breaker.stop();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(5_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('stays as it is when it is stopped while a probe runs', async () => {
    const clock = new ManualClock();
    const changes: boolean[] = [];
    let finish: () => void = () => undefined;
    const breaker = new CircuitBreaker({
      failures: 1,
      probeEvery: 10,
      clock,
      probe: () => new Promise<void>((resolve) => (finish = resolve)),
      onChange: (open) => changes.push(open),
    });
    breaker.failed(new Error('x'));
    await clock.advance(10);
    breaker.stop();
    finish();
    await clock.advance(100);
    expect(changes).toEqual([true]);
  });
});
