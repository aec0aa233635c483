import { systemClock } from '@envol/common/core';
import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { preciseTimer } from './precise-timer.js';

describe('preciseTimer', () => {
  it.each([0, 0.3, 7.5])('never fires early: %p ms', async (milliseconds) => {
    const start = systemClock.monotonic();
    await new Promise<void>((resolve) => preciseTimer(systemClock)(resolve, milliseconds));
    expect(systemClock.monotonic() - start).toBeGreaterThanOrEqual(milliseconds);
  });

  it.each([0, 7])('can be cancelled: %p ms', async (milliseconds) => {
    let isFired = false;
    preciseTimer(systemClock)(() => (isFired = true), milliseconds).cancel();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isFired).toBe(false);
  });

  it('takes the time from any other clock', async () => {
    const clock = new ManualClock();
    let firedAt = -1;
    preciseTimer(clock)(() => (firedAt = clock.monotonic()), 7);
    await clock.advance(10);
    expect(firedAt).toBe(7);
  });
});
