import { describe, expect, it } from '@jest/globals';
import { parseForkMessage } from './fork-protocol.js';

const outcome = (value: object) => ({ type: 'envol:benchmark:outcome', outcome: value });
const measured = { type: 'measured', wall: 12, cpu: 13, heap: 0, warnings: [] };

describe('what a fork tells', () => {
  it.each([
    { type: 'envol:benchmark:phase', phase: 'setup' },
    outcome(measured),
    outcome({ type: 'too-fast', message: 'as an empty loop' }),
    outcome({ type: 'failed', message: 'not there', isMissing: true }),
  ])('is understood: %j', (message) => {
    expect(parseForkMessage(message)).toEqual(message);
  });

  it.each([
    undefined,
    'outcome',
    { type: 'measured' },
    { type: 'envol:benchmark:phase', phase: 'lunch' },
    outcome({ ...measured, wall: 0 }),
    // What JSON makes of NaN.
    outcome({ ...measured, cpu: null }),
  ])('is passed over when it is something else, as what a benchmark itself sends: %j', (message) => {
    expect(parseForkMessage(message)).toBeUndefined();
  });
});
