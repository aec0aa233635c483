import { describe, expect, it } from '@jest/globals';
import { progressLine, progressWriter, type LoadProgress } from './load-progress.js';

const progress: LoadProgress = {
  phase: 'load',
  loop: 'open',
  elapsed: 12_004,
  duration: 30_000,
  planned: 500,
  rate: 498.7,
  inFlight: 12,
  p50: 2.14,
  p99: 9,
  errors: 3,
  dropped: 0,
};

function written(isTTY: boolean, events: readonly LoadProgress[], columns?: number): string {
  let text = '';
  const write = progressWriter({ isTTY, ...(columns !== undefined && { columns }), write: (part) => (text += part) });
  events.forEach(write);
  return text;
}

describe('progressLine', () => {
  it('says all in one line', () => {
    expect(progressLine(progress)).toBe(
      'load    12/30 s  499/s of 500/s  12 in flight  p50 2.1 ms  p99 9.0 ms  3 failed',
    );
  });

  it('counts connections in a closed loop, and tells what was dropped', () => {
    const { p50: _p50, p99: _p99, ...rest } = progress;
    expect(progressLine({ ...rest, loop: 'closed', planned: 20, dropped: 7 })).toBe(
      'load    12/30 s  499/s of 20 connections  12 in flight  3 failed  7 dropped',
    );
  });
});

describe('progressWriter', () => {
  const events = [progress, { ...progress, phase: 'done' } as const];

  it('redraws one line on a terminal, cut to its width, and ends it when all is done', () => {
    const lines = written(true, events, 30);
    expect(lines).toBe(`\r\u001B[2K${progressLine(progress).slice(0, 29)}\r\u001B[2Kdone    12/30 s  499/s  12 in\n`);
  });

  it('writes plain lines elsewhere', () => {
    expect(written(false, events)).toBe(events.map((event) => `${progressLine(event)}\n`).join(''));
  });
});
