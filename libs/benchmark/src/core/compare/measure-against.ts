import type { ResolvedRunOptions } from '../benchmark-options.js';
import { createReport } from '../create-report.js';
import type { ForkOutcome, ForkSubject } from '../forks/fork-subject.js';
import { resultOf } from '../forks/result-of.js';
import type { runForks } from '../forks/run-forks.js';
import type { Suite } from '../forks/suite-host.js';
import type { BenchmarkReport } from '../report/report.js';
import { seededRandom } from '../seeded-random.js';
import { createComparison } from './create-comparison.js';
import { noiseFactor } from './noise-factor.js';
import type { ReportComparison } from './report-comparison.js';

/** A suite as it is now and as it was, measured in one run. */
export interface RevisionRun {
  /** Of the revision; it has no noise of its own. */
  readonly base: BenchmarkReport;
  readonly now: BenchmarkReport;
  readonly comparison: ReportComparison;
}

/** The same suite in another revision. */
export interface SuiteOfRevision {
  readonly commit: string;
  /** File URL of the module that makes the suite there; `undefined` when there is no such file. */
  readonly file: string | undefined;
  /** Working directory of the forks. */
  readonly cwd: string;
}

/** What {@link measureAgainst} runs forks with. */
export interface MeasureAgainstOptions {
  readonly run: ResolvedRunOptions;
  readonly runForks: typeof runForks;
}

/**
 * Measures a suite, and what it was in a revision, in interleaved forks; and the baseline a second time, for the noise.
 * What the revision does not have counts as added; what only it has is not looked for.
 */
export async function measureAgainst(
  suite: Suite,
  revision: SuiteOfRevision,
  { run, runForks: measure }: MeasureAgainstOptions,
): Promise<RevisionRun> {
  const { name, baseline } = suite;
  const now = suite.subjects().map((subject) => ({ ...subject, id: `now\n${subject.benchmark}` }));
  const again = now
    .filter(({ benchmark }) => benchmark === baseline)
    .map((it) => ({ ...it, id: `again\n${baseline}` }));
  const base = inRevision(now, revision);
  const outcomes = await measure([...now, ...again, ...base], run);
  const outcomesOf = ({ id }: ForkSubject) => outcomes.get(id) ?? [];
  const result = (subject: ForkSubject) => resultOf(subject.benchmark, outcomesOf(subject));
  const { forks, threshold, seed } = run;
  const shared = { suite: name, createdAt: new Date(), forks, baseline, threshold, random: seededRandom(seed) };
  const reports = {
    base: createReport({
      ...shared,
      results: base.filter((subject) => !outcomesOf(subject).some(isMissing)).map(result),
    }),
    now: createReport({ ...shared, results: now.map(result), again: again.map(result)[0] }),
  };
  const missing = `${name}: commit ${revision.commit.slice(0, 12)} has no such file, so that all benchmarks count as added`;
  const comparison = createComparison({
    ...reports,
    commit: revision.commit,
    threshold,
    noise: noiseFactor(reports.now.noise),
    warnings: revision.file === undefined ? [missing] : [],
    isComparable: true,
    random: shared.random,
  });
  return { ...reports, comparison };
}

function inRevision(subjects: readonly ForkSubject[], { file, cwd }: SuiteOfRevision): readonly ForkSubject[] {
  if (file === undefined) return [];
  return subjects.map((subject) => ({ ...subject, id: `base\n${subject.benchmark}`, file, cwd }));
}

function isMissing(outcome: ForkOutcome): boolean {
  return outcome.type === 'failed' && outcome.isMissing === true;
}
