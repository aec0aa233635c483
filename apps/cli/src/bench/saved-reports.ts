import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ReportStore, type BenchmarkReport } from '@envol/benchmark';
import { isEnvolError } from '@envol/common/core';

/** Reports by a name that is the same for all suites: a folder for each suite. */
export class SavedReports {
  readonly #folder: string;

  constructor(cwd: string, folder: string) {
    this.#folder = resolve(cwd, folder);
  }

  /** @throws EnvolError as `ReportStore.save` does */
  save(name: string, report: BenchmarkReport): Promise<string> {
    return this.#of(report.suite).save(name, report);
  }

  /**
   * The reports of these suites, by the name of the suite; without those of which there is none.
   *
   * @throws EnvolError as `ReportStore.load` does; `ENVOL_BENCHMARK_REPORT_NOT_FOUND` when there is none of all
   */
  async loadAll(name: string, suites: readonly string[]): Promise<ReadonlyMap<string, BenchmarkReport>> {
    const reports = new Map<string, BenchmarkReport>();
    let missing: unknown;
    for (const suite of suites) {
      try {
        reports.set(suite, await this.#of(suite).load(name));
      } catch (error) {
        if (!isEnvolError(error, 'ENVOL_BENCHMARK_REPORT_NOT_FOUND')) throw error;
        missing ??= error;
      }
    }
    if (reports.size === 0) throw missing;
    return reports;
  }

  #of(suite: string): ReportStore {
    return new ReportStore(join(this.#folder, folderName(suite)));
  }
}

/** Readable, and another one for every suite, also where the file system does not tell `A` from `a`. */
function folderName(suite: string): string {
  const readable = suite.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  if (readable === suite && !suite.startsWith('.')) return suite;
  return `${readable.replace(/^[.-]+/, '').slice(0, 80)}-${createHash('sha256').update(suite).digest('hex').slice(0, 8)}`;
}
