import { describe, expect, it } from '@jest/globals';
import { bindLimit, parseLimit } from './memory-limit.js';

const bound = (limit: Parameters<typeof parseLimit>[1], base = 1_000) => {
  const parsed = parseLimit('heapUsed', limit);
  return parsed === false ? false : bindLimit('heapUsed', parsed, base);
};

describe('a limit', () => {
  it('is bytes, a size with a unit, or a share of what the key is measured against', () => {
    expect(bound(700)).toEqual({ soft: 700 });
    expect(bound('2kb')).toEqual({ soft: 2_048 });
    expect(bound('75%')).toEqual({ soft: 750 });
    expect(bound({ soft: '50.5%', hard: 900 })).toEqual({ soft: 505, hard: 900 });
    expect(bound(false)).toBe(false);
  });

  it.each([
    ['0%', 'expected a size'],
    ['101%', 'expected a size'],
    [0, 'expected a size'],
    [-5, 'expected a size'],
    [Number.NaN, 'expected a size'],
    ['80', 'expected a size'],
    [null, 'expected a size'],
    [{ soft: 'much' }, "soft: expected a size such as '300mb' or a share such as '80%', got \"much\""],
    [{ sofft: 5 }, 'did you mean "soft"?'],
  ])('that is %p is refused, and named', (limit, message) => {
    const set = () => parseLimit('cache:main', limit as never);
    expect(set).toThrow(message);
    expect(set).toThrow(
      expect.objectContaining({ code: 'ENVOL_MEMORY_INVALID_LIMIT', message: expect.stringContaining('cache:main') }),
    );
  });

  it('needs a soft part, and a hard one above it', () => {
    const code = 'ENVOL_MEMORY_INVALID_LIMIT';
    expect(() => bound({ hard: '90%' })).toThrow(expect.objectContaining({ code }));
    expect(() => bound({ soft: 900, hard: '90%' })).toThrow(expect.objectContaining({ code }));
    expect(bound({ soft: 899, hard: '90%' })).toEqual({ soft: 899, hard: 900 });
  });
});
