import { pathToFileURL } from 'node:url';
import { BenchmarkSuite, loadSuites, type Suite } from '@envol/benchmark';
import { EnvolError } from '@envol/common/core';
import { findFiles } from '../files/find-files.js';

/**
 * The suites of the files that match, with the benchmarks whose names contain `filter`.
 *
 * @throws EnvolError `ENVOL_CLI_NO_BENCHMARKS`, `ENVOL_CLI_SAME_SUITE`, and those of `loadSuites`
 */
export async function findSuites(patterns: readonly string[], filter: string, cwd: string): Promise<readonly Suite[]> {
  const files = await findFiles(patterns, cwd);
  if (files.length === 0) throw noBenchmarks(`No file matches ${patterns.join(', ')}`);
  const all: Suite[] = [];
  // One after the other: suites are told by whose import makes them.
  for (const file of files) all.push(...(await loadSuites(pathToFileURL(file).href)));
  const suites = all.map((suite) => only(suite, filter)).filter(({ benchmarks }) => benchmarks.length > 0);
  if (suites.length === 0) throw noBenchmarks(`No benchmark has "${filter}" in its name`);
  refuseSameNames(suites);
  return suites;
}

/** A suite with fewer benchmarks. What they do is of no matter: forks have it from the file. */
function only(suite: Suite, filter: string): Suite {
  const chosen = suite.benchmarks.filter(({ name }) => name.includes(filter));
  if (chosen.length === suite.benchmarks.length) return suite;
  const { name: _name, baseline: _baseline, ...measurement } = suite.options;
  const fewer = new BenchmarkSuite(suite.file, { ...measurement, name: suite.name });
  for (const { name } of chosen) fewer.addBenchmark(name, () => undefined, { baseline: name === suite.baseline });
  return fewer;
}

/** Reports are kept by the name of their suite. */
function refuseSameNames(suites: readonly Suite[]): void {
  const files = new Map<string, string>();
  for (const { name, file } of suites) {
    const other = files.get(name);
    if (other !== undefined) throw sameSuite(name, other, file);
    files.set(name, file);
  }
}

function noBenchmarks(message: string): EnvolError {
  return new EnvolError(
    'ENVOL_CLI_NO_BENCHMARKS',
    message,
    `Name files or patterns, in quotes ('src/**/*.bench.js'), or list them in envol.config.js: bench.files.`,
  );
}

function sameSuite(name: string, one: string, other: string): EnvolError {
  return new EnvolError(
    'ENVOL_CLI_SAME_SUITE',
    `Two suites have the name "${name}": in ${one} and in ${other}`,
    'Name one of them otherwise: new BenchmarkSuite(import.meta.url, { name }).',
  );
}
