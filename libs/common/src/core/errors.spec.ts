import { describe, expect, it } from '@jest/globals';
import { EnvolError, isEnvolError } from './errors.js';

describe('EnvolError', () => {
  const cause = new Error('connection refused');
  const error = new EnvolError('ENVOL_CACHE_X', 'It broke', 'Mend it', { cause });

  it('carries code, message, hint and cause', () => {
    expect(error).toMatchObject({ code: 'ENVOL_CACHE_X', message: 'It broke', hint: 'Mend it', cause });
  });

  it('is recognised by its brand, so that another installed copy of the package recognises it too', () => {
    const foreign = Object.assign(new Error('x'), { code: 'ENVOL_CACHE_X', [Symbol.for('envol:error')]: true });
    expect(isEnvolError(error)).toBe(true);
    expect(isEnvolError(foreign, 'ENVOL_CACHE_X')).toBe(true);
    expect(isEnvolError(foreign, 'ENVOL_CACHE_Y')).toBe(false);
    expect(isEnvolError(cause)).toBe(false);
    expect(isEnvolError({ code: 'ENVOL_CACHE_X' })).toBe(false);
  });

  it('keeps its brand out of what a logger prints', () => {
    expect(Object.keys(error)).not.toContain('Symbol(envol:error)');
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'ENVOL_CACHE_X', hint: 'Mend it', name: 'EnvolError' });
  });
});
