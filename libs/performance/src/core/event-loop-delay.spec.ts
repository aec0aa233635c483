import type { Clock } from '@envol/common';
import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import { EventLoopDelay } from './event-loop-delay.js';

/** A clock whose timers come late by what is told. */
class LateClock implements Clock {
  readonly #clock = new ManualClock();
  lateness = 0;
  now = () => this.#clock.now();
  monotonic = () => this.#clock.monotonic();
  setTimeout = (callback: () => void, milliseconds: number) =>
    this.#clock.setTimeout(callback, milliseconds + this.lateness);
  advance = (milliseconds: number) => this.#clock.advance(milliseconds);
  get pendingTimers(): number {
    return this.#clock.pendingTimers;
  }
}

function watch() {
  const recorded: number[] = [];
  const clock = new LateClock();
  return { recorded, clock, delay: new EventLoopDelay({ record: (value) => void recorded.push(value) }, clock) };
}

describe('EventLoopDelay', () => {
  it('records by how much a timer comes late, in seconds, again and again', async () => {
    const { recorded, clock, delay } = watch();
    delay.start();
    clock.lateness = 300;
    await clock.advance(20);
    clock.lateness = 0;
    await clock.advance(340);
    expect(recorded).toEqual([0, 0.3, 0]);
  });

  it('stops', async () => {
    const { recorded, clock, delay } = watch();
    delay.start();
    await clock.advance(20);
    delay.stop();
    await clock.advance(1_000);
    expect(recorded).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
