import type { Clock } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { openLoop } from './open-loop.js';

const SECOND = 1_000;

describe('openLoop', () => {
  it('sends at a constant rate without waiting for answers, and resolves when the last is answered', async () => {
    const clock = new ManualClock();
    const sentAt: number[] = [];
    const answers: (() => void)[] = [];
    let isOver = false;
    const loop = openLoop({ rate: 4, count: 8, clock }, () => {
      sentAt.push(clock.monotonic());
      return new Promise((resolve) => answers.push(resolve));
    }).then(() => (isOver = true));
    await clock.advance(10 * SECOND);
    expect(sentAt).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750]);
    for (const answer of answers.slice(1)) answer();
    await clock.advance(0);
    expect(isOver).toBe(false);
    answers[0]?.();
    await loop;
    expect(clock.pendingTimers).toBe(0);
  });

  it('after a stall of its own sends what is late at once, each with the time it was due', async () => {
    const clock = new StallingClock();
    const dueAt: number[] = [];
    const lateness: number[] = [];
    const loop = openLoop({ rate: 10, count: 15, clock }, async (index, due) => {
      if (index === 2) clock.stall(SECOND);
      dueAt.push(due);
      lateness.push(Math.round(clock.monotonic() - due));
    });
    await clock.run();
    await loop;
    expect(dueAt.map(Math.round)).toEqual(Array.from({ length: 15 }, (_, index) => index * 100));
    expect(lateness).toEqual([0, 0, 1_000, 900, 800, 700, 600, 500, 400, 300, 200, 100, 0, 0, 0]);
  });

  it('fails when sending does', async () => {
    const clock = new ManualClock();
    await expect(openLoop({ rate: 1, count: 1, clock }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

/** A clock of a process that can be held up: its timers are late then. */
class StallingClock implements Clock {
  #now = 0;
  #next: { at: number; callback: () => void } | undefined;

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number) {
    this.#next = { at: this.#now + milliseconds, callback };
    return { cancel: () => undefined };
  }

  stall(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async run(): Promise<void> {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      this.#next = undefined;
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await Promise.resolve();
    }
  }
}
