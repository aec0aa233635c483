import { describe, expect, it } from '@jest/globals';
import type { BenchmarkReport, Verdict } from '../src/core/report/report.js';
import { runFixture } from './run-fixture.js';

// SOAK=1 gives the proof with the default options, which takes half an hour. Without it there is a quick run of each.
const isSoak = process.env['SOAK'] === '1';
const PROOF = isSoak ? 3_600_000 : 60_000;

/** Two benchmarks, of which the second takes longer by the share `slowdown`, compared so many times. */
async function compare(slowdown: number, runs: number): Promise<BenchmarkReport[]> {
  // The few short forks of the quick run may differ by some percent on a machine that is busy with other tests.
  const options = isSoak ? {} : ({ forks: 5, samples: 20, warmUp: '20ms', threshold: 1 } as const);
  const reports: BenchmarkReport[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    reports.push(await runFixture('verdicts.bench.mjs', { ...options, seed }, { SLOWDOWN: String(slowdown) }));
  }
  return reports;
}

/** What the second benchmark came to. */
function verdictsOf(reports: readonly BenchmarkReport[]): (Verdict | undefined)[] {
  return reports.map(({ results: [, other] }) =>
    other?.outcome === 'measured' ? other.comparison?.verdict : undefined,
  );
}

describe('the verdict on real forks', () => {
  it(
    'is never a difference between identical functions',
    async () => {
      const reports = await compare(0, isSoak ? 40 : 1);
      const noises = reports.map(({ noise }) => noise?.comparison.verdict);
      expect(new Set([...verdictsOf(reports), ...noises])).toEqual(new Set(['no difference']));
    },
    PROOF,
  );

  it(
    'finds what became slower',
    async () => {
      const reports = await compare(isSoak ? 0.1 : 9, isSoak ? 20 : 1);
      const found = verdictsOf(reports).filter((verdict) => verdict === 'slower').length;
      expect(found).toBeGreaterThanOrEqual(isSoak ? 18 : 1);
    },
    PROOF,
  );
});
