import {
  compareReports,
  runAgainst,
  type BenchmarkReport,
  type BenchmarkRunOptions,
  type ReportComparison,
  type RevisionOptions,
  type Suite,
} from '@envol/benchmark';
import type { SavedReports } from './saved-reports.js';

/** What came of the suites. */
export interface SuiteRuns {
  /** One for each suite, in their order. */
  readonly reports: readonly BenchmarkReport[];
  /** Of those that were compared with something. */
  readonly comparisons: readonly ReportComparison[];
}

/** Runs the suites, one after the other. */
export async function runSuites(suites: readonly Suite[], options: BenchmarkRunOptions): Promise<SuiteRuns> {
  const reports: BenchmarkReport[] = [];
  for (const suite of suites) reports.push(await suite.run(options));
  return { reports, comparisons: [] };
}

/** What {@link runAndCompare} compares with. */
export interface Base {
  readonly saved: SavedReports;
  /** Name of the reports. */
  readonly name: string;
  /** Only benchmarks with this in their name are run. */
  readonly filter: string;
}

/**
 * Runs the suites and compares them with reports that were saved, which are read before anything is measured. A suite
 * that was not there then is only run.
 *
 * @throws EnvolError `ENVOL_BENCHMARK_REPORT_NOT_FOUND` when there is a report of none of them
 */
export async function runAndCompare(
  suites: readonly Suite[],
  { saved, name, filter }: Base,
  options: BenchmarkRunOptions,
): Promise<SuiteRuns> {
  const bases = await saved.loadAll(
    name,
    suites.map((suite) => suite.name),
  );
  const { reports } = await runSuites(suites, options);
  const comparisons = suites.flatMap((suite, index) => {
    const [base, now] = [bases.get(suite.name), reports[index]];
    if (base === undefined || now === undefined) return [];
    const results = base.results.filter((result) => result.name.includes(filter));
    return compareReports({ ...base, results }, now, { threshold: options.threshold ?? suite.options.threshold });
  });
  return { reports, comparisons };
}

/** Runs the suites as they are and as they were in a revision of their repository, interleaved. */
export async function runAgainstRevision(
  suites: readonly Suite[],
  revision: string,
  options: BenchmarkRunOptions & RevisionOptions,
): Promise<SuiteRuns> {
  const runs = await runAgainst(suites, revision, options);
  return { reports: runs.map(({ now }) => now), comparisons: runs.map(({ comparison }) => comparison) };
}
