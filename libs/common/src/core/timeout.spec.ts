import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { withTimeout } from './timeout.js';

const tooSlow = () => new Error('too slow');

describe('withTimeout', () => {
  it('settles like the work, and leaves no timer', async () => {
    const clock = new ManualClock();
    await expect(withTimeout(Promise.resolve(1), 100, clock, tooSlow)).resolves.toBe(1);
    await expect(withTimeout(Promise.reject(new Error('no')), 100, clock, tooSlow)).rejects.toThrow('no');
    expect(clock.pendingTimers).toBe(0);
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
