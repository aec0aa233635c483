import { describe, it, expect } from '@jest/globals';
import { connectTroubleOf, troubleOf } from './postgres-errors.js';

const failure = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('an error of pg', () => {
  it.each([
    ['lost', failure('connect ECONNREFUSED', 'ECONNREFUSED')],
    ['lost', failure('read ECONNRESET', 'ECONNRESET')],
    ['lost', failure('terminating connection due to administrator command', '57P01')],
    ['lost', failure('the database system is starting up', '57P03')],
    ['lost', failure('connection failure', '08006')],
    ['lost', failure('Query read timeout')],
    ['lost', failure('Connection terminated unexpectedly')],
    ['lost', failure('Connection terminated due to connection timeout')],
    ['busy', failure('canceling statement due to statement timeout', '57014')],
    ['busy', failure('sorry, too many clients already', '53300')],
    ['busy', failure('timeout exceeded when trying to connect')],
    [undefined, failure('duplicate key value', '23505')],
    [undefined, failure('syntax error', '42601')],
    [undefined, failure('deadlock detected', '40P01')],
    [undefined, failure('Converting circular structure to JSON')],
    [undefined, 'no error at all'],
  ])('means %p: %p', (trouble, error) => {
    expect(troubleOf(error)).toBe(trouble);
  });

  it('means a lost server whenever no connection was made, except when the pool is full', () => {
    expect(connectTroubleOf(failure('password authentication failed', '28P01'))).toBe('lost');
    expect(connectTroubleOf(failure('timeout exceeded when trying to connect'))).toBe('busy');
  });
});
