import type { Random } from '@envol/common/core';
import { seededRandom } from '@envol/common/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareSamples } from './compare-samples.js';

type Noise = (random: Random) => number;

/** Two normal numbers would come of it; one is enough (Box and Muller). */
const normal: Noise = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** What a fork's median is multiplied with. */
const noises: Readonly<Record<string, Noise>> = {
  'a normal noise of 3 %': (random) => 1 + 0.03 * normal(random),
  'a noise of up to 3 % either way': (random) => 1 + 0.03 * (2 * random() - 1),
  'a floor with an exponential tail of 3 %': (random) => 1 - 0.03 * Math.log(1 - random()),
  'a Pareto tail without a variance': (random) => 1 + 0.03 * ((1 - random()) ** (-1 / 1.5) - 1),
  'a neighbour that takes half of the time now and then': (random) =>
    (1 + 0.02 * normal(random)) * (random() < 0.15 ? 1.5 : 1),
  'two speeds, by how the code happens to lie in memory': (random) =>
    (1 + 0.01 * normal(random)) * (random() < 0.5 ? 1 : 1.1),
};

/** Ten interleaved forks a side: what changes from round to round, both sides see. */
function interleaved(random: Random, noise: Noise, { factor = 1, forks = 10, drift = 0.4 } = {}) {
  const machine = Array.from({ length: forks }, (_, round) => 100 * (1 + (drift * round) / forks));
  return {
    samples: machine.map((time) => time * factor * noise(random)),
    baseline: machine.map((time) => time * noise(random)),
  };
}

function verdicts(seed: number, count: number, pair: (random: Random) => ReturnType<typeof interleaved>) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const { samples, baseline } = pair(random);
    return compareSamples(samples, baseline, { threshold: 0.05, random }).verdict;
  });
}

const sampleLists = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 15 });
const noDifference = (verdict: string) => verdict === 'no difference';

describe('compareSamples', () => {
  it.each(Object.entries(noises))('never tells identical code apart under %s, with and without drift', (_, noise) => {
    const still = verdicts(1, 100, (random) => interleaved(random, noise, { drift: 0 }));
    const drifting = verdicts(2, 100, (random) => interleaved(random, noise));
    expect([...still, ...drifting].filter((verdict) => !noDifference(verdict))).toEqual([]);
  });

  it.each([
    ['ten forks and a normal noise of 2 %', 10, (random: Random) => 1 + 0.02 * normal(random)],
    ['ten forks and a noise of up to 3 % either way', 10, noises['a noise of up to 3 % either way']],
    ['twenty forks and a normal noise of 3 %', 20, noises['a normal noise of 3 %']],
  ])('finds a slowdown of 10 %% at least 18 times in 20 with %s', (_, forks, noise = normal) => {
    const found = verdicts(3, 20, (random) => interleaved(random, noise, { factor: 1.1, forks, drift: 0 }));
    expect(found.filter((verdict) => verdict === 'slower').length).toBeGreaterThanOrEqual(18);
  });

  it('says slower and faster of the same two, seen from either side', () => {
    const { samples, baseline } = interleaved(seededRandom(4), () => 1, { factor: 1.2, drift: 0.01 });
    const options = { threshold: 0.05, random: seededRandom(5) };
    expect(compareSamples(samples, baseline, options)).toMatchObject({
      verdict: 'slower',
      ratio: expect.closeTo(1.2, 12),
    });
    expect(compareSamples(baseline, samples, options)).toMatchObject({
      verdict: 'faster',
      ratio: expect.closeTo(1 / 1.2, 12),
    });
  });

  it('leaves a difference below the threshold alone, however sure it is', () => {
    const { samples, baseline } = interleaved(seededRandom(6), () => 1, { factor: 1.04, drift: 0.001 });
    const comparison = compareSamples(samples, baseline, { threshold: 0.05, random: seededRandom(7) });
    expect(comparison).toMatchObject({ verdict: 'no difference', p: expect.closeTo(1.0825e-5, 9) });
    expect(compareSamples(samples, baseline, { threshold: 0.03, random: seededRandom(7) }).verdict).toBe('slower');
  });

  it('has no verdict for fewer than five forks a side, and can have one for five', () => {
    const compare = (forks: number) =>
      compareSamples(
        Array.from({ length: forks }, (_, index) => 200 + index),
        Array.from({ length: forks }, (_, index) => 100 + index),
        { threshold: 0.05, random: seededRandom(8) },
      ).verdict;
    expect(compare(4)).toBe('no difference');
    expect(compare(5)).toBe('slower');
  });

  it('takes p only below alpha', () => {
    const five = { samples: [200, 201, 202, 203, 204], baseline: [100, 101, 102, 103, 104] };
    const options = { threshold: 0.05, alpha: 0.001, random: seededRandom(9) };
    expect(compareSamples(five.samples, five.baseline, options).verdict).toBe('no difference');
  });

  it('never calls both ways what it is, whatever the samples: a verdict has its interval on that side', () => {
    fc.assert(
      fc.property(sampleLists, sampleLists, fc.integer({ min: 1 }), (a, b, seed) => {
        const { verdict, ratio, interval, p } = compareSamples(a, b, { threshold: 0.05, random: seededRandom(seed) });
        const [low, high] = interval;
        expect(low <= ratio && ratio <= high).toBe(true);
        expect(verdict === 'slower').toBe(p < 0.01 && low > 1.05);
        expect(verdict === 'faster').toBe(p < 0.01 && high < 1 / 1.05);
      }),
      { numRuns: 50 },
    );
  });
});
