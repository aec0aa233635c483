import { describe, expect, it } from '@jest/globals';
import { BenchmarkSuite } from './suite.js';

const FILE = 'file:///app/cities.bench.js';
const suiteOf = (options?: ConstructorParameters<typeof BenchmarkSuite>[1]) =>
  new BenchmarkSuite(FILE, options).addBenchmark('find', () => 1).addBenchmark('list', () => 2);
const error = (code: string, message = '') =>
  expect.objectContaining({ code: `ENVOL_BENCHMARK_${code}`, message: expect.stringContaining(message) });

describe('a suite', () => {
  it.each([
    ['file:///app/cities.bench.ts', 'cities'],
    ['file:///app/cities.benchmark.mjs', 'cities'],
    ['file:///app/all%20cities.js?v=1', 'all cities'],
    ['file:///app/v2.cities.cts', 'v2.cities'],
  ])('in %s is called %s', (file, name) => {
    expect(new BenchmarkSuite(file)).toMatchObject({ name, file });
  });

  it('is called as its options say', () => {
    expect(suiteOf({ name: 'towns' }).name).toBe('towns');
  });

  it.each(['cities.bench.js', 'https://example.org/x.js', '', undefined])('cannot be made of %j', (file) => {
    expect(() => Reflect.construct(BenchmarkSuite, [file])).toThrow(error('INVALID_MODULE', 'not the URL of a file'));
  });

  it('refuses options by name when it is made', () => {
    const wrong: object = { forcs: 5 };
    expect(() => suiteOf(wrong)).toThrow(error('INVALID_OPTIONS', '"forcs" is not an option, did you mean "forks"?'));
  });

  it('has a subject for each benchmark, in the order in which they were added', () => {
    const subject = { file: FILE, suite: 'cities' };
    expect(suiteOf().subjects()).toEqual([
      { ...subject, id: 'find', benchmark: 'find' },
      { ...subject, id: 'list', benchmark: 'list' },
    ]);
  });
});

describe('addBenchmark', () => {
  it('refuses a name twice, none, and one that is too long', () => {
    expect(() => suiteOf().addBenchmark('find', () => 1)).toThrow(
      error('INVALID_BENCHMARK', 'there is a benchmark "find" already'),
    );
    expect(() => suiteOf().addBenchmark('', () => 1)).toThrow(error('INVALID_BENCHMARK', '"" is no name'));
    expect(() => suiteOf().addBenchmark('x'.repeat(201), () => 1)).toThrow(error('INVALID_BENCHMARK', 'is no name'));
  });

  it('refuses what is no function', () => {
    const suite = suiteOf();
    expect(() => Reflect.apply(suite.addBenchmark, suite, ['save', 'text'])).toThrow(
      error('INVALID_BENCHMARK', '"save" has no function'),
    );
  });

  it('refuses options by name, and then the benchmark is not there', () => {
    const suite = suiteOf();
    const wrong: object = { input: [1] };
    expect(() => suite.addBenchmark('save', () => 1, wrong)).toThrow(
      error(
        'INVALID_OPTIONS',
        'Options of benchmark "save": options: "input" is not an option, did you mean "inputs"?',
      ),
    );
    expect(suite.benchmarks.map(({ name }) => name)).toEqual(['find', 'list']);
  });
});

describe('the baseline', () => {
  it('is the first benchmark, the one that the suite names, or the one that is marked', () => {
    expect(suiteOf().baseline).toBe('find');
    expect(suiteOf({ baseline: 'list' }).baseline).toBe('list');
    expect(suiteOf().addBenchmark('save', () => 1, { baseline: true }).baseline).toBe('save');
  });

  it('may be named twice when it is the same', () => {
    expect(suiteOf({ baseline: 'save' }).addBenchmark('save', () => 1, { baseline: true }).baseline).toBe('save');
  });

  it.each([
    ['no benchmarks', new BenchmarkSuite(FILE), error('NO_BENCHMARKS', 'Suite "cities" has no benchmarks')],
    [
      'an unknown name',
      suiteOf({ baseline: 'lst' }),
      expect.objectContaining({ code: 'ENVOL_BENCHMARK_UNKNOWN_BASELINE', hint: 'Did you mean "list"?' }),
    ],
    [
      'two of them',
      suiteOf({ baseline: 'list' }).addBenchmark('save', () => 1, { baseline: true }),
      error('SEVERAL_BASELINES', 'several baselines: save, list'),
    ],
  ])('is refused before anything is run: %s', async (_, suite, expected) => {
    await expect(suite.run()).rejects.toEqual(expected);
  });
});
