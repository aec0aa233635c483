import { normalTail } from './normal.js';
import { checkSamples } from './samples.js';

/** What {@link mannWhitney} found. */
export interface MannWhitneyResult {
  /** In how many pairs the sample of `a` is above the one of `b`; pairs that are equal count half. */
  readonly u: number;
  /** Two-sided: how likely a `u` at least as extreme is when both come from the same distribution. */
  readonly p: number;
}

/** Up to so many samples in all the exact distribution is counted out; beyond, the normal one is as good. */
const MOST_EXACT = 60;

/**
 * Tests whether samples come from the same distribution, with no word about its shape (Mann and Whitney, "On a Test of
 * Whether one of Two Random Variables is Stochastically Larger than the Other", 1947). Exact for up to 60 samples
 * without ties; otherwise the normal approximation, corrected for ties and continuity.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_INVALID_SAMPLES`
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitneyResult {
  checkSamples(a);
  checkSamples(b);
  const u = pairsWon(a, b);
  const ties = tieSizes([...a, ...b]);
  const isExact = a.length + b.length <= MOST_EXACT && ties.length === 0;
  const p = isExact ? exactP(u, a.length, b.length) : normalP(u, a.length, b.length, ties);
  return { u, p: Math.min(1, p) };
}

function pairsWon(a: readonly number[], b: readonly number[]): number {
  let won = 0;
  for (const one of a) for (const other of b) won += (Math.sign(one - other) + 1) / 2;
  return won;
}

/** How many samples share a value, for each value that is there more than once. */
function tieSizes(samples: readonly number[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const sample of samples) counts.set(sample, (counts.get(sample) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

function exactP(u: number, m: number, n: number): number {
  const extreme = Math.min(u, m * n - u);
  const chances = chancesOfU(m, n).slice(0, extreme + 1);
  return 2 * chances.reduce((sum, chance) => sum + chance, 0);
}

/**
 * The chance of each u from 0 to m * n. The largest of all samples is in `a` with the chance m / (m + n), and then wins
 * against all n of `b`; without it the same question is left for m - 1 and n.
 */
function chancesOfU(m: number, n: number): readonly number[] {
  let row: readonly (readonly number[])[] = Array.from({ length: n + 1 }, () => [1]);
  for (let i = 1; i <= m; i += 1) {
    const next: (readonly number[])[] = [[1]];
    for (let j = 1; j <= n; j += 1) {
      const [largestInA = [], largestInB = []] = [row[j], next[j - 1]];
      const chance = (u: number) => (i * (largestInA[u - j] ?? 0) + j * (largestInB[u] ?? 0)) / (i + j);
      next.push(Array.from({ length: i * j + 1 }, (_, u) => chance(u)));
    }
    row = next;
  }
  return row[n] ?? [];
}

function normalP(u: number, m: number, n: number, ties: readonly number[]): number {
  const all = m + n;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0) / (all * (all - 1));
  const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - tied));
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  return distance === 0 ? 1 : 2 * normalTail(distance / deviation);
}
