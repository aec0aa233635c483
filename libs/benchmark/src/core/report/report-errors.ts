import { EnvolError } from '@envol/common/core';

/** @param source what was to be a report, as the user knows it: a file, or 'The report' */
export function invalidReport(source: string, problem: string, cause?: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_REPORT',
    `${source} is no benchmark report: ${problem}`,
    'Save it again with the run that it came from.',
    { cause },
  );
}

export function otherVersion(source: string, version: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_REPORT',
    `${source} is a benchmark report of version ${JSON.stringify(version)}; this @envol/benchmark reads version 1`,
    'Save it again with the @envol/benchmark that is to read it.',
  );
}

export function invalidReportName(name: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_INVALID_REPORT_NAME',
    `${JSON.stringify(typeof name === 'string' ? name.slice(0, 200) : typeof name)} cannot be the name of a report`,
    'Take 1 to 100 of the characters a-z, 0-9, ".", "_" and "-", with a letter or digit first.',
  );
}

export function reportNotFound(name: string, folder: string, known: readonly string[]): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_REPORT_NOT_FOUND',
    `There is no report "${name}" in ${folder}`,
    known.length === 0 ? 'No report has been saved there yet.' : `Saved there: ${known.join(', ')}.`,
  );
}

export function storeFailed(what: string, cause: unknown): EnvolError {
  return new EnvolError(
    'ENVOL_BENCHMARK_STORE_FAILED',
    `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Check that the folder of the reports can be read and written, and that there is space.',
    { cause },
  );
}
