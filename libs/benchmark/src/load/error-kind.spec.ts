import { describe, expect, it } from '@jest/globals';
import { errorKind, UnexpectedStatusError } from './error-kind.js';

const withCode = (code: string): Error => Object.assign(new Error('failed'), { code });

describe('errorKind', () => {
  it.each([
    [new UnexpectedStatusError(503), 'status 503'],
    [withCode('ECONNREFUSED'), 'connection refused'],
    [withCode('ECONNRESET'), 'connection reset'],
    [withCode('UND_ERR_SOCKET'), 'connection reset'],
    [withCode('ETIMEDOUT'), 'timeout'],
    [AbortSignal.abort(new DOMException('late', 'TimeoutError')).reason, 'timeout'],
    [new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }), 'connection refused'],
    [withCode('ENOTFOUND'), 'ENOTFOUND'],
    [new RangeError('x'), 'RangeError'],
    [{ status: 'error', message: 'Internal server error' }, 'error'],
    ['text', 'error'],
    [undefined, 'error'],
  ])('%p is %p', (error, kind) => {
    expect(errorKind(error).kind).toBe(kind);
  });

  it('keeps what the error says, of bounded length', () => {
    expect(errorKind({ message: 'no such city' })).toEqual({ kind: 'error', message: 'no such city' });
    expect(errorKind(new Error('x'.repeat(1_000))).message).toHaveLength(200);
    expect(errorKind(withCode('X'.repeat(1_000))).kind).toHaveLength(60);
  });

  it('ends with a cause that is its own', () => {
    const error = new Error('round');
    error.cause = error;
    expect(errorKind(error).kind).toBe('Error');
  });
});
