import { BenchmarkSuite } from '@envol/benchmark';
import { labelOf } from './peers.mjs';

/** Enough to see that a benchmark works; its figures say nothing. */
const QUICK = { forks: 5, warmUp: '50ms', sampleTime: '2ms', samples: 5 };

/**
 * A benchmark that times one call of each subject, in interleaved forks.
 *
 * A subject is made in its fork only, so that no fork loads the packages of another subject: it resolves to what is
 * timed (`call`, with the next of `inputs`; awaited when it gives a promise) and what ends it (`close`). Subjects are
 * `ours`, `floor` and peers by the name of their package.
 *
 * @template I
 * @param {string} moduleUrl `import.meta.url` of the benchmark's file, which forks import again
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.claim what the figures are to show
 * @param {readonly I[]} [options.inputs] default: called with nothing
 * @param {Record<string, () => Subject<I> | Promise<Subject<I>>>} options.subjects
 * @param {Record<string, string | number>} [options.facts] what one must know to read the figures
 * @returns {import('./catalogue.mjs').Benchmark}
 *
 * @template I
 * @typedef {{ call: (input: I) => unknown, close?: () => unknown }} Subject
 */
export function sideBySide(moduleUrl, { name, claim, inputs = [undefined], subjects, facts = {} }) {
  const suite = new BenchmarkSuite(moduleUrl, { name, baseline: 'ours' });
  for (const [subject, make] of Object.entries(subjects)) addSubject(suite, labelOf(subject), make, inputs);
  return {
    name,
    claim,
    unit: 'ns/op',
    better: 'lower',
    async run({ quick, onProgress, signal }) {
      const report = await suite.run({ ...(quick && QUICK), onProgress, signal });
      return figuresOf(report, facts);
    },
  };
}

function addSubject(suite, name, make, inputs) {
  let subject = { call: () => undefined };
  suite.addBenchmark(name, (input) => subject.call(input), {
    inputs,
    setup: async () => {
      subject = await make();
    },
    teardown: () => subject.close?.(),
  });
}

/** A floor too fast to be told from an empty loop is a fact; any other subject without figures is an error. */
function figuresOf({ results, noise }, facts) {
  const floor = results.find(({ name }) => name === 'floor');
  const isFree = floor?.outcome === 'too-fast';
  const subjects = results.filter((result) => !(isFree && result === floor));
  for (const { name, outcome, message } of subjects) {
    if (outcome !== 'measured') throw new Error(`${name} could not be measured (${outcome}): ${message}`);
  }
  if (noise === undefined) throw new Error('ours could not be measured a second time, so there is no A/A interval');
  return {
    subjects: Object.fromEntries(subjects.map(({ name, samples }) => [name, { samples }])),
    aa: noise.comparison.interval,
    facts: { ...facts, ...(isFree && { floor: 'too fast to be told from an empty loop' }) },
  };
}
