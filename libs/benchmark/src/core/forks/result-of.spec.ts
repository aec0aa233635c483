import { describe, expect, it } from '@jest/globals';
import type { ForkMeasurement, ForkOutcome } from './fork-subject.js';
import { resultOf } from './result-of.js';

const fork = (wall: number, more: Partial<ForkMeasurement> = {}): ForkMeasurement => ({
  type: 'measured',
  wall,
  cpu: wall,
  warnings: [],
  ...more,
});

describe('resultOf', () => {
  it('takes each fork for a sample, in the order in which they ran', () => {
    expect(resultOf('find', [fork(300), fork(100, { cpu: 90 }), fork(200, { cpu: 250 })])).toMatchObject({
      name: 'find',
      outcome: 'measured',
      samples: [300, 100, 200],
      min: 100,
      max: 300,
      avg: 200,
      median: 200,
      opsPerSecond: 5_000_000,
      cpu: 250,
      warnings: [],
    });
  });

  it('has the allocated bytes when most of the forks could tell them', () => {
    expect(resultOf('find', [fork(1, { heap: 8 }), fork(1, { heap: 24 }), fork(1)])).toMatchObject({ heap: 16 });
    expect(resultOf('find', [fork(1, { heap: 8 }), fork(1), fork(1)])).not.toHaveProperty('heap');
  });

  it('has each warning once, and in how many forks it came', () => {
    const result = resultOf('find', [
      fork(1, { warnings: ['unstable', 'no gc'] }),
      fork(1, { warnings: ['no gc'] }),
      fork(1, { warnings: ['no gc'] }),
    ]);
    expect(result).toMatchObject({ warnings: ['unstable (1 of 3 forks)', 'no gc'] });
  });

  it('has no figures when a single fork had none', () => {
    const outcomes: ForkOutcome[] = [fork(1), fork(1), { type: 'too-fast', message: 'as an empty loop' }];
    expect(resultOf('find', outcomes)).toEqual({
      name: 'find',
      outcome: 'too-fast',
      message: 'as an empty loop (1 of 3 forks)',
    });
  });

  it('is the gravest of what the forks came to', () => {
    const outcomes: ForkOutcome[] = [
      { type: 'too-fast', message: 'fast' },
      { type: 'timed-out', message: 'late' },
      { type: 'failed', message: 'threw' },
    ];
    expect(resultOf('find', outcomes)).toMatchObject({ outcome: 'failed', message: 'threw (1 of 3 forks)' });
    expect(resultOf('find', outcomes.slice(0, 2))).toMatchObject({ outcome: 'timed-out' });
  });

  it('has failed when no fork was run', () => {
    expect(resultOf('find', [])).toEqual({ name: 'find', outcome: 'failed', message: 'no fork was run' });
  });
});
