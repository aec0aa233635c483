import { describe, expect, it } from '@jest/globals';
import { figuresOf } from './figures.js';
import type { Times } from './process-times.js';
import type { Round } from './rounds.js';

const COUNTS = { subject: 100, empty: 1_000 };
const RESOLUTION = 1;

/** A round of a function that takes `call` nanoseconds, in a loop that takes 1 ns a turn. */
function round(call: number, { garbage = 50, cpu = call, loop = 1 } = {}): Round {
  const times = (wall: number, ofCpu = wall): Times => ({ wall, cpu: ofCpu });
  return {
    batch: times((call + loop) * COUNTS.subject, (cpu + loop) * COUNTS.subject),
    garbage: times(garbage),
    emptyBatch: times(loop * COUNTS.empty),
    noGarbage: times(50),
  };
}

describe('figuresOf', () => {
  it('is the median of the batches, without the loop', () => {
    expect(figuresOf([round(10), round(900), round(20)], COUNTS, RESOLUTION)?.wall).toBeCloseTo(20);
  });

  it('takes the loop from the fastest empty batch, as noise only adds', () => {
    const noisy: Round = { ...round(10), emptyBatch: { wall: 1e6, cpu: 1e6 } };
    expect(figuresOf([noisy, noisy, round(10)], COUNTS, RESOLUTION)?.wall).toBeCloseTo(10);
  });

  it('charges a function for the collection of its garbage', () => {
    const rounds = [1, 2, 3].map(() => round(10, { garbage: 550 }));
    expect(figuresOf(rounds, COUNTS, RESOLUTION)).toEqual({ wall: expect.closeTo(15), cpu: expect.closeTo(15) });
  });

  it('never credits it for a collection that was quicker than one of nothing', () => {
    expect(figuresOf([round(10, { garbage: 0 })], COUNTS, RESOLUTION)?.wall).toBeCloseTo(10);
  });

  it('counts CPU time as a whole, since systems count it in coarse steps', () => {
    const rounds = [round(10, { cpu: 0 }), round(10, { cpu: 0 }), round(10, { cpu: 60 })];
    expect(figuresOf(rounds, COUNTS, RESOLUTION)?.cpu).toBeCloseTo(20);
  });

  it('has none for what is not to be told from the empty loop', () => {
    expect(figuresOf([round(0)], COUNTS, RESOLUTION)).toBeUndefined();
    expect(figuresOf([round(0.5)], COUNTS, RESOLUTION)).toBeUndefined();
    expect(figuresOf([round(0.6)], COUNTS, RESOLUTION)).toBeDefined();
  });

  it('has none when one batch was as fast as the empty loop, however slow the others were', () => {
    expect(figuresOf([round(10), round(0), round(10)], COUNTS, RESOLUTION)).toBeUndefined();
  });

  it('has none for a batch within two ticks of the timer', () => {
    const coarse = 600;
    expect(figuresOf([round(12)], COUNTS, coarse)).toBeUndefined();
    expect(figuresOf([round(12.1)], COUNTS, coarse)).toBeDefined();
  });
});
