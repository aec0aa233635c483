import { describe, expect, it } from '@jest/globals';
import { resolveBenchmarkOptions, resolveRunOptions, resolveSuiteOptions } from './benchmark-options.js';

const refusal = (...messages: string[]) =>
  expect.objectContaining({
    code: 'ENVOL_BENCHMARK_INVALID_OPTIONS',
    message: expect.stringMatching(new RegExp(messages.join('.*'))),
  });

describe('the options of a suite', () => {
  it('have the defaults that the README tells', () => {
    expect(resolveSuiteOptions()).toEqual({
      forks: 10,
      threshold: 0.05,
      timeLimit: 30_000,
      warmUp: 200,
      sampleTime: 2,
      samples: 100,
      seed: 1,
    });
  });

  it('take durations as text', () => {
    expect(resolveSuiteOptions({ timeLimit: '2m', warmUp: '1s', sampleTime: 0.5 })).toMatchObject({
      timeLimit: 120_000,
      warmUp: 1_000,
      sampleTime: 0.5,
    });
  });

  it('are refused by name, all that are wrong at once', () => {
    expect(() => resolveSuiteOptions({ forks: 0, threshold: -1, samples: 1.5, name: '' })).toThrow(
      refusal('forks:', 'threshold:', 'samples:', 'name:'),
    );
    const unknown: object = { fork: 5 };
    expect(() => resolveSuiteOptions(unknown)).toThrow(refusal('"fork" is not an option, did you mean "forks"'));
  });
});

describe('the options of a run', () => {
  const suite = resolveSuiteOptions({ name: 'cities', baseline: 'find', forks: 7, seed: 3 });

  it('are taken over those of the suite; what is undefined is not', () => {
    const run: object = { forks: 5, seed: undefined };
    expect(resolveRunOptions(suite, run)).toMatchObject({ forks: 5, seed: 3, samples: 100 });
  });

  it('are refused by name', () => {
    const wrong: object = { onProgress: 'print', signal: {}, name: 'other' };
    expect(() => resolveRunOptions(suite, wrong)).toThrow(
      refusal('onProgress: expected a function', 'signal:', '"name" is not an option'),
    );
  });
});

describe('the options of a benchmark', () => {
  it('are refused by name, with the benchmark', () => {
    const wrong: object = { inputs: [], setup: 1, baselin: true };
    expect(() => resolveBenchmarkOptions('find', wrong)).toThrow(
      refusal(
        'Options of benchmark "find": ',
        'setup: expected a function',
        'inputs: expected a list that is not empty',
        'did you mean "baseline"',
      ),
    );
  });

  it('leave the inputs as they are', () => {
    const inputs = [{ id: 1 }];
    const resolved = resolveBenchmarkOptions('find', { inputs });
    expect(resolved.inputs).toBe(inputs);
    expect(Object.isFrozen(inputs[0])).toBe(false);
  });
});
