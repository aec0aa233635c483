import { describe, it, expect } from '@jest/globals';
import { addressOf, resolveShardingOptions } from './options.js';

const url = 'postgres://anna:s3cret@db.example:6543/cities';

describe('the options', () => {
  it('fill in the defaults', () => {
    expect(resolveShardingOptions({ shards: [{ name: 'a', type: 'postgres', url }] })).toMatchObject({
      shards: [{ name: 'a', type: 'postgres', url, poolSize: 10 }],
      strategy: { kind: 'slots' },
      synchronize: false,
      connectTimeout: 750,
      queryTimeout: 2_000,
      reconnectEvery: 1_000,
      breakerFailures: 3,
    });
  });

  it.each([
    ['one shard at least', { shards: [] }],
    [
      'is the name of two shards',
      {
        shards: [
          { name: 'a', type: 'sqljs' },
          { name: 'a', type: 'sqljs' },
        ],
      },
    ],
    [
      'all shards must be of one type',
      {
        shards: [
          { name: 'a', type: 'sqljs' },
          { name: 'b', type: 'postgres', url },
        ],
      },
    ],
    ['expected postgres://', { shards: [{ name: 'a', type: 'postgres', url: 'mysql://root:s3cret@x/y' }] }],
    ['did you mean "poolSize"?', { shards: [{ name: 'a', type: 'postgres', url, poolsize: 3 }] }],
    ['beginning with a letter', { shards: [{ name: '1 a', type: 'sqljs' }] }],
    ['did you mean "connectTimeout"?', { shards: [{ name: 'a', type: 'sqljs' }], conectTimeout: 1 }],
    ['queryTimeout: expected a duration', { shards: [{ name: 'a', type: 'sqljs' }], queryTimeout: 'soon' }],
    ['slots(), slots(map) or mod()', { shards: [{ name: 'a', type: 'sqljs' }], strategy: 'mod' }],
  ])('are refused: %s', (message, raw) => {
    expect(() => resolveShardingOptions(raw)).toThrow(message);
  });

  it('never show a password', () => {
    const wrong = { shards: [{ name: 'a', type: 'postgres', url: 'mysql://root:s3cret@x/y' }] };
    expect(() => resolveShardingOptions(wrong)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
    const [shard] = resolveShardingOptions({ shards: [{ name: 'a', type: 'postgres', url }] }).shards;
    expect(shard && addressOf(shard)).toBe('db.example:6543/cities');
  });
});
