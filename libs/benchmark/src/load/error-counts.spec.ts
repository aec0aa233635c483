import { describe, expect, it } from '@jest/globals';
import { ErrorCounts } from './error-counts.js';

describe('ErrorCounts', () => {
  it('counts by kind, the most frequent first, with the first message of each', () => {
    const counts = new ErrorCounts();
    counts.add({ kind: 'timeout' });
    counts.add({ kind: 'status 503', message: 'answered 503' });
    counts.add({ kind: 'status 503', message: 'again' });
    expect(counts.list()).toEqual([
      { kind: 'status 503', count: 2, example: 'answered 503' },
      { kind: 'timeout', count: 1 },
    ]);
  });

  it('is bounded: what is one kind too many is counted as other', () => {
    const counts = new ErrorCounts();
    for (let id = 0; id < 1_000; id += 1) counts.add({ kind: `E${id}` });
    expect(counts.list()).toHaveLength(21);
    expect(counts.list()[0]).toEqual({ kind: 'other', count: 980 });
  });
});
