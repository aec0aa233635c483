import { describe, expect, it } from '@jest/globals';
import { judge, parseThreshold, type Threshold } from './thresholds.js';

function parsed(text: string): Threshold {
  const threshold = parseThreshold(text);
  if (typeof threshold === 'string') throw new Error(threshold);
  return threshold;
}

describe('parseThreshold', () => {
  it.each([
    ['p99 < 200ms', { metric: 'p99', comparison: '<', limit: 200, unit: 'ms' }],
    ['p99.9<=1.5s', { metric: 'p99.9', comparison: '<=', limit: 1_500, unit: 'ms' }],
    [' max < 0.5ms ', { metric: 'max', comparison: '<', limit: 0.5, unit: 'ms' }],
    ['errors < 0.1%', { metric: 'errors', comparison: '<', limit: 0.001, unit: 'share' }],
    ['errors <= 10', { metric: 'errors', comparison: '<=', limit: 10, unit: 'count' }],
    ['dropped < 1 %', { metric: 'dropped', comparison: '<', limit: 0.01, unit: 'share' }],
    ['rate >= 450/s', { metric: 'rate', comparison: '>=', limit: 450, unit: 'per second' }],
  ])('reads %p', (text, expected) => {
    expect(parsed(text)).toEqual({ text, ...expected });
  });

  it.each([
    ['p98 < 200ms', '"p98" is no metric: known are min, mean, p50'],
    ['p99 < 200', `p99 wants a time with its unit (ms, s, m), as in 'p99 < 200ms'`],
    ['p99 < 1%', 'p99 wants a time with its unit'],
    ['rate > 10', `rate wants requests per second, as in 'rate >= 450/s'`],
    ['errors < 5ms', `errors wants a share or a number, as in 'errors < 0.1%' or 'errors < 10'`],
    ['dropped < 5/s', 'dropped wants a share or a number'],
    ['p99 = 200ms', 'is no threshold: expected one such as'],
    ['p99 < -5ms', 'is no threshold'],
    ['p99 < 200ms and more', 'is no threshold'],
    ['fast', 'is no threshold'],
    ['', 'is no threshold'],
  ])('refuses %p and says why', (text, reason) => {
    expect(parseThreshold(text)).toContain(reason);
  });
});

describe('judge', () => {
  it.each([
    ['p99 < 200ms', 199.9, true],
    ['p99 < 200ms', 200, false],
    ['p99 <= 200ms', 200, true],
    ['rate > 10/s', 10, false],
    ['rate >= 10/s', 10, true],
  ])('%p at %p: %p', (text, actual, passed) => {
    expect(judge(parsed(text), actual)).toMatchObject({ text, actual, passed });
  });

  it('fails what has no figure', () => {
    expect(judge(parsed('p99 < 1s'), undefined)).toEqual({
      text: 'p99 < 1s',
      metric: 'p99',
      unit: 'ms',
      passed: false,
    });
  });
});
