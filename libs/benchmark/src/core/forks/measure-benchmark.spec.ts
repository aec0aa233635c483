import { describe, expect, it } from '@jest/globals';
import { ManualTimes } from '../../../test/manual-times.js';
import * as loops from '../measure/loop.js';
import { measureBenchmark } from './measure-benchmark.js';
import type { BenchmarkDefinition } from './suite-host.js';

const boom = (message: string) => () => {
  throw new TypeError(message);
};

/** What came of a benchmark, and what was called and told, in order; each once. */
async function measured(definition: Partial<BenchmarkDefinition>) {
  const times = new ManualTimes();
  const events = new Set<string>();
  const note = (event: string) => async () => void events.add(event);
  const outcome = await measureBenchmark(
    {
      name: 'find',
      fn: () => {
        events.add('called');
        times.pass(1e9);
      },
      baseline: false,
      setup: note('set up'),
      teardown: note('torn down'),
      ...definition,
    },
    { warmUp: 0, sampleTime: 1, samples: 1 },
    {
      times: {
        wall: () => {
          times.pass(1);
          return times.wall();
        },
        cpu: times.cpu,
      },
      gc: undefined,
      // A turn of the loop takes a nanosecond.
      loops: async () => ({
        ...loops,
        loop: (fn, inputs, at, count) => {
          times.pass(count);
          return loops.loop(fn, inputs, at, count);
        },
      }),
      onPhase: (phase) => void events.add(phase),
    },
  );
  return { outcome, events: [...events] };
}

describe('measureBenchmark', () => {
  it('sets up, measures and tears down, and tells of each before', async () => {
    const { outcome, events } = await measured({});
    expect(outcome).toMatchObject({ type: 'measured' });
    expect(events).toEqual([
      'setup',
      'set up',
      'first call',
      'called',
      'warm-up',
      'measurement',
      'teardown',
      'torn down',
    ]);
  });

  it('does not measure what could not be set up', async () => {
    const { outcome, events } = await measured({ setup: boom('no database') });
    expect(outcome).toEqual({
      type: 'failed',
      message: expect.stringMatching(/^its setup threw TypeError: no database/),
    });
    expect(events).toEqual(['setup']);
  });

  it('tears down what failed too, and that it failed counts more than a failure in that', async () => {
    const { outcome, events } = await measured({ fn: boom('no city') });
    expect(outcome).toEqual({ type: 'failed', message: expect.stringMatching(/^it threw TypeError: no city/) });
    expect(events).toContain('torn down');
    const both = await measured({ fn: boom('no city'), teardown: boom('no server') });
    expect(both.outcome).toEqual(outcome);
  });

  it('has no figures when it could not be torn down', async () => {
    const { outcome } = await measured({ teardown: () => Promise.reject(new Error('no server')) });
    expect(outcome).toEqual({
      type: 'failed',
      message: expect.stringMatching(/^its teardown threw Error: no server/),
    });
  });
});
