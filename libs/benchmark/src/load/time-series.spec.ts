import { describe, expect, it } from '@jest/globals';
import { TimeSeriesRecorder } from './time-series.js';

const state = { planned: 10, inFlight: 1 };

function endsOf(recorder: TimeSeriesRecorder, ticks: readonly number[], end: number): readonly number[] {
  ticks.forEach((time) => recorder.tick(time, state));
  return recorder.end(end, state).points.map(({ at }) => at);
}

describe('TimeSeriesRecorder', () => {
  it('has a point for each second, also when ticks are early or late', () => {
    expect(endsOf(new TimeSeriesRecorder(0, 5_000), [999.6, 2_040, 3_000, 3_999.9], 4_200)).toEqual([
      999.6, 2_040, 3_000, 3_999.9, 4_200,
    ]);
  });

  it('begins after the warm-up, wherever in a second that ends', () => {
    expect(endsOf(new TimeSeriesRecorder(700, 5_000), [1_000, 2_000, 3_000], 3_000)).toEqual([1_300, 2_300]);
  });

  it('covers several seconds with a point where seconds would be too many', () => {
    const recorder = new TimeSeriesRecorder(0, 3_600_000);
    const ticks = Array.from({ length: 3_600 }, (_, second) => (second + 1) * 1_000);
    expect(endsOf(recorder, ticks, 3_600_500)).toHaveLength(601);
  });

  it('counts what ended in each interval', () => {
    const recorder = new TimeSeriesRecorder(0, 5_000);
    const request = { due: 0, called: 0, sent: 0, ended: 8 };
    recorder.record({ ...request, outcome: { type: 'succeeded' } });
    recorder.record({ ...request, outcome: { type: 'failed', error: { kind: 'timeout' } } });
    recorder.drop();
    recorder.tick(1_000, state);
    const { interval, points } = recorder.end(2_000, state);
    expect(interval).toBe(1_000);
    expect(points).toEqual([
      { at: 1_000, ...state, rate: 1, p50: 8, p99: 8, errors: 1, dropped: 1 },
      { at: 2_000, ...state, rate: 0, errors: 0, dropped: 0 },
    ]);
  });
});
