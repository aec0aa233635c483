import { describe, expect, it } from '@jest/globals';
import { plainText } from './plain-text.js';

describe('plainText', () => {
  it('aligns the columns of tables, numbers to the right, and leaves marks and escapes out', () => {
    const markdown = [
      '## Cities',
      '',
      'Of **all** \\<cities\\>.',
      '',
      '| name | time |  |',
      '| --- | --: | --- |',
      '| find \\| by id | 1.5 ms | **slower** |',
      '| `all` | 12.25 ms | - |',
      '',
      'Node 20',
      '',
    ].join('\n');
    expect(plainText(markdown)).toBe(
      [
        'Cities',
        '',
        'Of all <cities>.',
        '',
        'name              time',
        '------------  --------  ------',
        'find | by id    1.5 ms  slower',
        'all           12.25 ms  -',
        '',
        'Node 20',
        '',
      ].join('\n'),
    );
  });

  it('leaves other text as it is', () => {
    expect(plainText('a | b\n')).toBe('a | b\n');
  });
});
