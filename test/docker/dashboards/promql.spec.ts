import { describe, expect, it } from '@jest/globals';
import { readQuestion } from './promql.js';

describe('readQuestion', () => {
  it('finds series, their matchers and the labels they are grouped by', () => {
    const expression = `histogram_quantile(0.99, sum by (le, client) (rate(a_seconds_bucket{job=~"$job", state!="x, {y}"}[$__rate_interval])))
      / on (client) max(b{})`;
    expect(readQuestion(expression)).toEqual({
      selectors: [
        {
          metric: 'a_seconds_bucket',
          matchers: [
            { label: 'job', operator: '=~', value: '$job' },
            { label: 'state', operator: '!=', value: 'x, {y}' },
          ],
        },
        { metric: 'b', matchers: [] },
      ],
      grouping: ['le', 'client', 'client'],
    });
  });

  it('knows operators that are words, and numbers', () => {
    expect(readQuestion('a{} > bool 1e3 or b{} unless c{} offset 5m').selectors).toHaveLength(3);
  });

  it.each(['sum(a)', 'a', 'a{} / b', '1 + 1', 'a{} ; b{}'])('refuses %s', (expression) => {
    expect(() => readQuestion(expression)).toThrow(/has no braces|No series|Not understood/);
  });
});
