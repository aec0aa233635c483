import { describe, expect, it } from '@jest/globals';
import { lintExposition } from './exposition-linter.js';
import { valueOf } from './exposition.js';

const GOOD = `# HELP shop_orders_total Orders
# TYPE shop_orders_total counter
shop_orders_total{country="F\\"R",way="a\\\\b"} 3
# HELP shop_order_seconds Time
# TYPE shop_order_seconds histogram
shop_order_seconds_bucket{le="0.1"} 1
shop_order_seconds_bucket{le="+Inf"} 2
shop_order_seconds_sum 1.5
shop_order_seconds_count 2
`;

describe('the linter of these tests', () => {
  it('has no complaint about what is right', () => {
    expect(lintExposition(GOOD)).toEqual([]);
    expect(valueOf(GOOD, 'shop_order_seconds_bucket', { le: '+Inf' })).toBe(2);
  });

  it.each([
    ['a counter without _total', /_orders_total/g, '_orders'],
    ['camel case', /shop_orders/g, 'shopOrders'],
    ['an abbreviated unit', /order_seconds/g, 'order_ms'],
    ['a unit that is not a base unit', /order_seconds/g, 'order_milliseconds'],
    ['a type in a name', /shop_order_seconds/g, 'shop_histogram_seconds'],
    ['buckets that shrink', 'le="0.1"} 1', 'le="0.1"} 5'],
    ['bounds out of order', 'le="+Inf"', 'le="0.01"'],
    ['a count that is not the last bucket', 'seconds_count 2', 'seconds_count 3'],
    ['a missing sum', 'shop_order_seconds_sum 1.5\n', ''],
    ['a reserved label', 'country=', 'le='],
    ['different labels', '# HELP shop_order_seconds', 'shop_orders_total 3\n# HELP shop_order_seconds'],
  ])('finds %s', (_what, good, bad) => {
    expect(lintExposition(GOOD.replace(good, bad))).not.toEqual([]);
  });

  it.each([
    ['a metric that is there twice', GOOD + GOOD, 'shop_orders_total is there twice'],
    [
      'a series that is there twice',
      GOOD.replace('} 3', '} 3\nshop_orders_total{way="a\\\\b",country="F\\"R"} 3'),
      'is there twice',
    ],
    ['a line without its HELP', 'shop_orders_total 1\n', 'before any HELP'],
    ['a line under another HELP', GOOD.replace('seconds_sum', 'minutes_sum'), 'stands under'],
    ['a HELP without a TYPE', GOOD.replace('# TYPE shop_orders_total counter\n', ''), 'no TYPE follows'],
    ['a label that is not escaped', GOOD.replace('F\\"R', 'F"R'), 'cannot read the labels'],
    ['a value that is no number', GOOD.replace('} 3', '} three'), 'three is no number'],
    ['a last line without an end', GOOD.trimEnd(), 'does not end'],
  ])('refuses %s', (_what, text, problem) => {
    expect(() => lintExposition(text)).toThrow(problem);
  });
});
