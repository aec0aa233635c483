import { ManualClock } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import type { LoadProgress } from './load-progress.js';
import type { LoadReport } from './load-report.js';
import { closedLoop, openLoop } from './load-shape.js';
import type { LoadClient, LoadFunction, LoadTarget } from './load-target.js';
import { loadTest } from './load-test.js';
import type { LoadRunOptions, LoadTestOptions } from './load-test-options.js';

/** A load test on a clock that is moved by hand, with a server that answers when the test says. */
class Bench {
  readonly clock = new ManualClock();
  /** When requests came, in milliseconds from the start. */
  readonly arrived: number[] = [];

  /** Answers after so many milliseconds; never, if that is infinite. */
  server(answerAfter: (index: number) => number): LoadFunction {
    return (index) => {
      this.arrived.push(this.clock.monotonic());
      const milliseconds = answerAfter(index);
      return new Promise<void>((resolve) => {
        if (Number.isFinite(milliseconds)) this.clock.setTimeout(resolve, milliseconds);
      });
    };
  }

  /** Runs it for so long a time, which must be long enough. */
  async run(
    options: Omit<LoadTestOptions, 'clock'>,
    milliseconds: number,
    runOptions: LoadRunOptions = {},
  ): Promise<LoadReport> {
    const report = loadTest({ ...options, clock: this.clock }).run(runOptions);
    await this.#pass(milliseconds);
    return report;
  }

  /** In small steps: connections of a closed loop turn the event loop between their requests. */
  async #pass(milliseconds: number): Promise<void> {
    for (let time = 0; time < milliseconds; time += 1) await this.clock.advance(1);
  }
}

/** A server with one connection: requests wait for it in line. */
function oneByOne(clock: ManualClock, answerAfter: (index: number) => number): LoadTarget {
  let last = Promise.resolve();
  const send: LoadClient['send'] = (index, _signal, onSent) => {
    last = last.then(() => {
      onSent();
      return new Promise((resolve) => clock.setTimeout(resolve, answerAfter(index)));
    });
    return last;
  };
  return { name: 'one by one', open: () => ({ send }) };
}

describe('an open loop', () => {
  it('sends each request when it is due, answered or not', async () => {
    const bench = new Bench();
    const load = openLoop({ rate: 100, duration: '100ms' });
    const report = await bench.run({ target: bench.server(() => 300), load }, 500);
    expect(bench.arrived).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(report.requests).toEqual({ sent: 10, succeeded: 10, failed: 0, dropped: 0, unfinished: 0 });
    expect(report.latency).toMatchObject({ count: 10, min: 300, max: 300 });
    expect(report).toMatchObject({ loop: 'open', latencyBasis: 'due', duration: 100, elapsed: 390, warnings: [] });
  });

  it('counts latency from when a request was due and service time from when it went out: coordinated omission', async () => {
    const bench = new Bench();
    // 50 a second over one connection that needs 10 ms for each, but one second for request 10.
    const target = oneByOne(bench.clock, (index) => (index === 10 ? 1_000 : 10));
    const report = await bench.run({ target, load: openLoop({ rate: 50, duration: '4s' }) }, 4_500);
    expect(report.requests.succeeded).toBe(200);
    // The stall reaches all that were due while it lasted or its line was still there…
    expect(report.latency?.p75).toBeGreaterThan(300);
    expect(report.latency?.p99).toBeGreaterThan(900);
    // …but only one was under way.
    expect(report.serviceTime?.p99).toBeCloseTo(10, 1);
    expect(report.serviceTime?.max).toBe(1_000);
  });

  it('drops what is due while too many are in flight, and says so', async () => {
    const bench = new Bench();
    const load = openLoop({ rate: 100, duration: '1s', maxInFlight: 5 });
    const report = await bench.run({ target: bench.server(() => 500), load }, 2_000);
    expect(report.requests).toEqual({ sent: 10, succeeded: 10, failed: 0, dropped: 90, unfinished: 0 });
    expect(report.warnings).toEqual([expect.stringContaining('90 of 100 requests were dropped')]);
    expect(report.series.points.map(({ dropped }) => dropped).reduce((sum, count) => sum + count)).toBe(90);
  });

  it('sends what is late at once, and tells how late', async () => {
    const bench = new Bench();
    const running = loadTest({
      target: () => undefined,
      load: openLoop({ rate: 1_000, duration: '2s' }),
      clock: {
        now: () => bench.clock.now(),
        monotonic: () => bench.clock.monotonic(),
        // The event loop is blocked for a second whenever it waits.
        setTimeout: (callback, milliseconds) => bench.clock.setTimeout(callback, milliseconds + 1_000),
      },
    }).run();
    for (let seconds = 0; seconds < 12; seconds += 1) await bench.clock.advance(1_000);
    const { requests, generator, latency, warnings } = await running;
    expect(requests).toMatchObject({ sent: 2_000, succeeded: 2_000 });
    expect(generator.lag?.p99).toBeGreaterThan(900);
    expect(latency?.p99).toBeGreaterThan(900);
    expect(warnings).toEqual([expect.stringContaining('did not keep the schedule')]);
  });
});

describe('a closed loop', () => {
  it('keeps each connection busy with one request at a time, and pauses as told', async () => {
    const bench = new Bench();
    const load = closedLoop({ connections: 2, duration: '100ms', thinkTime: '10ms' });
    const report = await bench.run({ target: bench.server(() => 15), load }, 200);
    expect(bench.arrived).toEqual([0, 0, 25, 25, 50, 50, 75, 75]);
    expect(report.requests).toMatchObject({ sent: 8, succeeded: 8 });
    expect(report).toMatchObject({ loop: 'closed', latencyBasis: 'call' });
    expect(report.generator.lag).toBeUndefined();
  });

  it('ramps the connections up and down', async () => {
    const bench = new Bench();
    const load = closedLoop({
      stages: [
        { duration: '500ms', connections: { from: 0, to: 5 } },
        { duration: '500ms', connections: { from: 5, to: 0 } },
      ],
    });
    await bench.run({ target: bench.server(() => 10), load }, 1_100);
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => bench.arrived.filter((time) => Math.floor(time / 100) === tenth).length,
    );
    expect(perTenth.slice(0, 5)).toEqual(perTenth.slice(0, 5).toSorted((a, b) => a - b));
    expect(perTenth.slice(5)).toEqual(perTenth.slice(5).toSorted((a, b) => b - a));
    expect(Math.max(...perTenth)).toBeGreaterThan(30);
  });

  it('hides a stall in its service time, and shows it corrected when the expected interval is known', async () => {
    const bench = new Bench();
    const load = closedLoop({ connections: 1, duration: '3s', thinkTime: '5ms', expectedInterval: '10ms' });
    const target = bench.server((index) => (index === 100 ? 1_000 : 5));
    const report = await bench.run({ target, load }, 3_100);
    expect(report.requests.succeeded).toBeGreaterThan(190);
    expect(report.serviceTime?.p99).toBeCloseTo(5, 1);
    expect(report.latencyBasis).toBe('corrected');
    expect(report.latency?.p99).toBeGreaterThan(900);
  });

  it('does not hold up the process when the target answers at once', async () => {
    const load = closedLoop({ connections: 2, duration: '50ms' });
    const report = await loadTest({ target: () => undefined, load }).run();
    expect(report.requests.succeeded).toBeGreaterThan(0);
  });
});

describe('loadTest', () => {
  const load = openLoop({ rate: 100, duration: '100ms' });

  it('fails a request that takes too long, tells the target, and keeps its time apart', async () => {
    const bench = new Bench();
    const aborted: number[] = [];
    const server = bench.server((index) => (index % 2 === 0 ? 20 : Infinity));
    const target: LoadFunction = (index, signal) => {
      signal.addEventListener('abort', () => aborted.push(index));
      return server(index, signal);
    };
    const report = await bench.run({ target, load, timeout: '200ms' }, 500);
    expect(report.requests).toMatchObject({ succeeded: 5, failed: 5 });
    expect(report.errors).toEqual([{ kind: 'timeout', count: 5 }]);
    expect(aborted).toEqual([1, 3, 5, 7, 9]);
    expect(report.latency).toMatchObject({ count: 5, max: 20 });
    expect(report.errorLatency).toMatchObject({ count: 5, min: 200 });
  });

  it('ignores an answer that comes after the time limit', async () => {
    const bench = new Bench();
    const report = await bench.run({ target: bench.server(() => 80), load, timeout: '50ms' }, 500);
    expect(report.requests).toMatchObject({ succeeded: 0, failed: 10 });
    expect(report.latency).toBeUndefined();
  });

  it('waits for the last answers only as long as told; then they have timed out', async () => {
    const bench = new Bench();
    const report = await bench.run({ target: bench.server(() => Infinity), load, drain: '300ms' }, 500);
    expect(report.errors).toEqual([{ kind: 'timeout', count: 10 }]);
    expect(report).toMatchObject({ elapsed: 390, rate: 0, aborted: false });
  });

  it('takes a target that throws, rejects or is wrong for failed, by kind', async () => {
    const bench = new Bench();
    const target: LoadFunction = (index) => {
      if (index < 3) throw new RangeError('too big');
      return index < 5 ? Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })) : undefined;
    };
    const { requests, errors } = await bench.run({ target, load }, 200);
    expect(requests).toMatchObject({ succeeded: 5, failed: 5 });
    expect(errors).toEqual([
      { kind: 'RangeError', count: 3, example: 'too big' },
      { kind: 'connection refused', count: 2, example: 'refused' },
    ]);
  });

  it('records nothing of the warm-up, which has the rate of the first stage', async () => {
    const bench = new Bench();
    // Whatever is sent in the warm-up is slow and fails.
    const server = bench.server((index) => (index < 20 ? Infinity : 5));
    const report = await bench.run({ target: server, load, warmUp: '200ms', timeout: '50ms' }, 600);
    expect(bench.arrived.slice(0, 3)).toEqual([0, 10, 20]);
    expect(report.requests).toEqual({ sent: 10, succeeded: 10, failed: 0, dropped: 0, unfinished: 0 });
    expect(report).toMatchObject({ duration: 100, elapsed: 100, rate: 100, errors: [] });
    expect(report.series.points).toEqual([expect.objectContaining({ errors: 0, p50: 5 })]);
  });

  it('ends when it is told to: everything is stopped, and the report tells what was', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    const signals: AbortSignal[] = [];
    const server = bench.server((index) => (index < 10 ? 5 : Infinity));
    const target: LoadFunction = (index, signal) => {
      signals.push(signal);
      return server(index, signal);
    };
    const running = bench.run(
      { target, load: openLoop({ rate: 100, duration: '1h' }), thresholds: ['p99 < 1s'] },
      495,
      {
        signal: abort.signal,
      },
    );
    bench.clock.setTimeout(() => abort.abort(), 205);
    const report = await running;
    expect(bench.arrived).toHaveLength(21);
    expect(report.requests).toEqual({ sent: 21, succeeded: 10, failed: 0, dropped: 0, unfinished: 11 });
    expect(report).toMatchObject({ aborted: true, passed: false, elapsed: 205 });
    expect(report.thresholds).toEqual([expect.objectContaining({ passed: true })]);
    expect(signals.filter(({ aborted }) => aborted)).toHaveLength(11);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('stops the connections of a closed loop too, those that pause as well', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.clock.setTimeout(() => abort.abort(), 50);
    const report = await bench.run(
      { target: bench.server(() => 5), load: closedLoop({ connections: 3, duration: '1h', thinkTime: '1m' }) },
      100,
      { signal: abort.signal },
    );
    expect(report).toMatchObject({ aborted: true, requests: { sent: 3, succeeded: 3 } });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('sends nothing when it was told to end before it began', async () => {
    const bench = new Bench();
    const report = await bench.run({ target: bench.server(() => 5), load }, 10, { signal: AbortSignal.abort() });
    expect(bench.arrived).toEqual([]);
    expect(report).toMatchObject({ aborted: true, requests: { sent: 0 } });
  });

  it('leaves no timer behind', async () => {
    const bench = new Bench();
    await bench.run({ target: bench.server(() => 5), load }, 200);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('judges thresholds, and passes when all hold', async () => {
    const slow = new Bench();
    const thresholds = ['p99 < 50ms', 'errors < 1%', 'errors <= 0', 'dropped <= 0', 'rate >= 50/s', 'max < 10ms'];
    const target = slow.server((index) => (index === 3 ? 30 : 5));
    const { passed, thresholds: results } = await slow.run({ target, load, thresholds }, 300);
    expect(results.map(({ actual, passed: held }) => [actual, held])).toEqual([
      [30, true],
      [0, true],
      [0, true],
      [0, true],
      [100, true],
      [30, false],
    ]);
    expect(passed).toBe(false);
    const fast = new Bench();
    const report = await fast.run({ target: fast.server(() => 5), load, thresholds }, 300);
    expect(report.passed).toBe(true);
  });

  it('fails a threshold on a latency that nobody had', async () => {
    const bench = new Bench();
    const target = (): never => {
      throw new Error('down');
    };
    const { thresholds } = await bench.run({ target, load, thresholds: ['p50 < 1s', 'errors < 50%'] }, 200);
    expect(thresholds).toEqual([
      { text: 'p50 < 1s', metric: 'p50', unit: 'ms', passed: false },
      { text: 'errors < 50%', metric: 'errors', unit: 'share', actual: 1, passed: false },
    ]);
  });

  it('tells every second how it stands, and at the end', async () => {
    const bench = new Bench();
    const told: LoadProgress[] = [];
    const ramp = openLoop({ rate: { from: 100, to: 200 }, duration: '2s' });
    await bench.run(
      {
        target: bench.server((index) => (index === 95 ? Infinity : 8)),
        load: ramp,
        warmUp: '1500ms',
        timeout: '100ms',
      },
      4_000,
      { onProgress: (progress) => told.push(progress) },
    );
    expect(told.map(({ phase, elapsed }) => [phase, Math.round(elapsed)])).toEqual([
      ['warm-up', 1_000],
      ['load', 2_000],
      ['load', 3_000],
      ['done', expect.any(Number)],
    ]);
    expect(told[0]).toMatchObject({ loop: 'open', duration: 3_500, planned: 100, inFlight: 1, p50: 8, errors: 0 });
    expect(told[0]?.rate).toBeCloseTo(98, -1);
    expect(told[1]).toMatchObject({ planned: 125, errors: 1 });
    // At the end that of the whole run: 150 a second on average.
    expect(told.at(-1)).toMatchObject({ planned: 0, inFlight: 0, errors: 1, dropped: 0 });
    expect(told.at(-1)?.p50).toBeCloseTo(8, 1);
    expect(told.at(-1)?.rate).toBeCloseTo(150, -1);
  });

  it('ends and rejects when the listener of the progress throws', async () => {
    const bench = new Bench();
    const running = loadTest({
      target: bench.server(() => 5),
      load: openLoop({ rate: 10, duration: '1h' }),
      clock: bench.clock,
    }).run({
      onProgress: () => {
        throw new Error('listener');
      },
    });
    await Promise.all([expect(running).rejects.toThrow('listener'), bench.clock.advance(5_000)]);
    expect(bench.arrived.at(-1)).toBeLessThanOrEqual(1_000);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('keeps a series of bounded length, that covers all of a long run', async () => {
    const bench = new Bench();
    const running = loadTest({
      target: bench.server(() => 5),
      load: openLoop({ rate: 0.1, duration: '2h' }),
      clock: bench.clock,
    }).run();
    await bench.clock.advance(7_300_000);
    const { series, requests } = await running;
    expect(series.interval).toBe(13_000);
    expect(series.points.length).toBeLessThanOrEqual(601);
    const inSeries = series.points.reduce((sum, { at, rate }, index) => {
      const from = series.points[index - 1]?.at ?? 0;
      return sum + (rate * (at - from)) / 1_000;
    }, 0);
    expect(Math.round(inSeries)).toBe(requests.succeeded);
    expect(requests.succeeded).toBe(720);
  });

  it('gives a report that survives JSON, and can be run again', async () => {
    const bench = new Bench();
    const report = await bench.run({ name: 'search', target: bench.server(() => 5), load }, 200);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({
      version: 1,
      name: 'search',
      target: 'function',
      createdAt: '2030-01-01T00:00:00.000Z',
    });
    const again = await bench.run({ target: bench.server(() => 5), load }, 200);
    expect(again.requests).toEqual(report.requests);
  });

  it('closes the target at the end, and keeps the figures when that fails', async () => {
    const bench = new Bench();
    const close = (): Promise<void> => Promise.reject(new Error('stuck'));
    const target: LoadTarget = { name: 'x', open: () => ({ send: () => Promise.resolve(), close }) };
    const report = await bench.run({ target, load }, 200);
    expect(report.requests.succeeded).toBe(10);
    expect(report.warnings).toEqual(['The target could not be closed: stuck.']);
  });

  it.each([
    [{ load }, 'target: expected httpTarget({…})'],
    [{ target: () => 1 }, 'load: expected openLoop({…}) or closedLoop({…})'],
    [{ target: () => 1, load, thresholds: ['p98 < 1s'] }, 'thresholds.0: "p98" is no metric'],
    [{ target: () => 1, load, timeOut: 5 }, 'did you mean "timeout"?'],
    [
      { target: () => 1, load: openLoop({ rate: { from: 0, to: 5 }, duration: '1s' }), warmUp: '1s' },
      'warmUp: the first stage begins at 0',
    ],
  ])('refuses wrong options by name: %#', (options, reason) => {
    expect(() => loadTest(options as never)).toThrow(reason);
  });

  it('refuses wrong options of a run by name', async () => {
    const test = loadTest({ target: () => 1, load });
    await expect(test.run({ onprogress: () => undefined } as never)).rejects.toThrow('did you mean "onProgress"?');
  });
});
