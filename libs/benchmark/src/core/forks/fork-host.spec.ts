import { afterEach, describe, expect, it } from '@jest/globals';
import { BenchmarkSuite } from '../suite.js';
import { ForkHost } from './fork-host.js';
import type { ForkOutcome } from './fork-subject.js';
import { setHost } from './suite-host.js';

const FILE = 'file:///app/cities.bench.js';
const outcome: ForkOutcome = { type: 'measured', wall: 1, cpu: 1, warnings: [] };

/** The host of a fork that is to measure `find` of the suite `cities`; what it measured and told. */
function hostFor(task: { readonly suite?: string; readonly benchmark?: string } = {}) {
  const measured: string[] = [];
  const told: ForkOutcome[] = [];
  const numbers = { warmUp: 1, sampleTime: 1, samples: 1 };
  const host = new ForkHost(
    { file: FILE, suite: 'cities', benchmark: 'find', ...numbers, ...task },
    {
      measure: async ({ name }) => {
        measured.push(name);
        return outcome;
      },
      deliver: (each) => void told.push(each),
    },
  );
  setHost(host);
  return { host, measured, told };
}

const makeSuite = (name = 'cities') =>
  new BenchmarkSuite(FILE, { name }).addBenchmark('list', () => 1).addBenchmark('find', () => 2);

afterEach(() => setHost(undefined));

describe('ForkHost', () => {
  it('measures only what it was asked for, when nobody ran the suite', async () => {
    const { host, measured, told } = hostFor();
    makeSuite('other');
    makeSuite();
    await host.imported();
    expect({ measured, told }).toEqual({ measured: ['find'], told: [outcome] });
  });

  it('measures it once when the suite is run, with what was added until then, and does not go on', async () => {
    const { host, measured, told } = hostFor();
    let wentOn = false;
    const run = makeSuite().run();
    void run.then(() => (wentOn = true));
    await host.imported();
    expect({ measured, told, wentOn }).toEqual({ measured: ['find'], told: [outcome], wentOn: false });
  });

  it('passes over the run of another suite', async () => {
    const { measured } = hostFor();
    await expect(makeSuite('other').run()).resolves.toMatchObject({ suite: 'other', results: [] });
    expect(measured).toEqual([]);
  });

  it.each([
    [{ suite: 'towns' }, { isMissing: true, message: `${FILE} makes no suite "towns"` }],
    [{ benchmark: 'save' }, { isMissing: true, message: 'suite "cities" has no benchmark "save"' }],
  ])('tells when there is none (%j)', async (task, failure) => {
    const { host, told } = hostFor(task);
    makeSuite();
    await host.imported();
    expect(told).toEqual([{ type: 'failed', ...failure }]);
  });

  it('refuses two suites of one name, as it cannot know which is meant', async () => {
    const { host, told } = hostFor();
    makeSuite();
    makeSuite();
    await host.imported();
    expect(told).toEqual([{ type: 'failed', message: `${FILE} makes several suites "cities": name them apart` }]);
  });
});
