import { describe, expect, it } from '@jest/globals';
import { crashed, timedOut } from './fork-failures.js';

const end = { phase: 'measurement', reason: 'ended with exit code 1', errorOutput: '' } as const;

describe('a fork that told nothing', () => {
  it('timed out: it says in what it was', () => {
    expect(timedOut({ ...end, phase: 'setup' }, 500)).toEqual({
      type: 'timed-out',
      message: 'not done within 500 ms; it was ended in its setup',
    });
  });

  it('crashed: it says how and in what', () => {
    expect(crashed(end)).toEqual({
      type: 'failed',
      message: 'its process ended with exit code 1 while it was measured',
    });
  });

  it('crashed: of what it printed, it gives the line with the error', () => {
    const errorOutput = 'node:internal/x:1\n  throw err;\n\nSyntaxError: Unexpected token\n    at y\n\nNode.js v20\n';
    expect(crashed({ ...end, errorOutput }).message).toBe(
      'its process ended with exit code 1 while it was measured: SyntaxError: Unexpected token',
    );
  });

  it('crashed: it gives the last line when none looks like an error', () => {
    expect(crashed({ ...end, errorOutput: 'starting\n out of luck \n\n' }).message).toMatch(/: out of luck$/);
  });
});
