import { describe, expect, it } from '@jest/globals';
import { levelAt, requestsIn, totalDuration } from './stages.js';

const stages = [
  { duration: 1_000, from: 100, to: 100 },
  { duration: 2_000, from: 100, to: 300 },
];

describe('stages', () => {
  it('follow one another, and end at nothing', () => {
    expect([0, 999, 1_000, 2_000, 2_999.9, 3_000].map((time) => Math.round(levelAt(stages, time)))).toEqual([
      100, 100, 100, 200, 300, 0,
    ]);
    expect(totalDuration(stages)).toBe(3_000);
  });

  it('hold as many requests as the area under the rate', () => {
    expect(stages.map(requestsIn)).toEqual([100, 400]);
  });
});
