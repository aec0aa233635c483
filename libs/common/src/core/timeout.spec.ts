import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { systemClock } from './clock.js';
import { withTimeout } from './timeout.js';

const tooSlow = () => new Error('too slow');

describe('withTimeout', () => {
  it('settles like the work, and leaves no timer', async () => {
    const clock = new ManualClock();
    await expect(withTimeout(Promise.resolve(1), 100, clock, tooSlow)).resolves.toBe(1);
    await expect(withTimeout(Promise.reject(new Error('no')), 100, clock, tooSlow)).rejects.toThrow('no');
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes an answer that came while the process stood still', async () => {
    const answer = new Promise<string>((resolve) => setTimeout(() => setImmediate(() => resolve('in time')), 1));
    const result = withTimeout(answer, 5, systemClock, tooSlow);
    const until = performance.now() + 50;
    while (performance.now() < until);
    await expect(result).resolves.toBe('in time');
  });

  it('has no end when the time is endless, and can be longer than a timer of Node', async () => {
    const clock = new ManualClock();
    await expect(withTimeout(Promise.resolve(1), Infinity, clock, tooSlow)).resolves.toBe(1);
    const month = 31 * 24 * 3_600_000;
    const later = new Promise<number>((resolve) => setTimeout(() => resolve(2), 20));
    await expect(withTimeout(later, month, systemClock, tooSlow)).resolves.toBe(2);
  });

  it('rejects when the time is up; what the work does later is ignored', async () => {
    const clock = new ManualClock();
    let fail: (error: Error) => void = () => undefined;
    const result = withTimeout(new Promise<void>((_, reject) => (fail = reject)), 100, clock, tooSlow);
    await Promise.all([expect(result).rejects.toThrow('too slow'), clock.advance(100)]);
    fail(new Error('late'));
    await clock.advance(1);
  });
});
