import { describe, expect, it } from '@jest/globals';
import { processTimes, resolutionOf } from './process-times.js';

describe('resolutionOf', () => {
  it('is the shortest step of the timer', () => {
    let reads = 0;
    // Every third reading a step, of which each tenth is longer.
    const wall = () => {
      reads += 1;
      const steps = Math.floor(reads / 3);
      return steps * 100 + Math.floor(steps / 10) * 900;
    };
    expect(resolutionOf({ wall, cpu: () => 0 })).toBe(100);
  });

  it('is more than nothing and less than a hundredth of a second for the timer of this process', () => {
    expect(resolutionOf(processTimes)).toBeGreaterThan(0);
    expect(resolutionOf(processTimes)).toBeLessThan(1e7);
  });
});

describe('the times of this process', () => {
  it('are nanoseconds, of which computing takes CPU time too', () => {
    const wall = processTimes.wall();
    const cpu = processTimes.cpu();
    const end = performance.now() + 50;
    while (performance.now() < end);
    expect(processTimes.wall() - wall).toBeGreaterThanOrEqual(50e6);
    expect(processTimes.cpu()).toBeGreaterThan(cpu);
  });
});
