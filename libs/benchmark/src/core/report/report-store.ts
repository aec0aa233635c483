import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseReport } from './parse-report.js';
import { invalidReport, invalidReportName, reportNotFound, storeFailed } from './report-errors.js';
import type { BenchmarkReport } from './report.js';

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const EXTENSION = '.json';

/** The longest file that is read, in bytes: a report of a thousand benchmarks has about one million. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reports in a folder, one JSON file each. */
export class ReportStore {
  readonly folder: string;

  /** @param folder made when something is saved. Default `.envol/benchmarks` in the working directory */
  constructor(folder = join('.envol', 'benchmarks')) {
    this.folder = folder;
  }

  /**
   * Keeps a report, in place of an earlier one with that name. The file is either the old or the new one, never a part.
   *
   * @returns the path of the file
   * @throws EnvolError `ENVOL_BENCHMARK_INVALID_REPORT_NAME`, `ENVOL_BENCHMARK_INVALID_REPORT`, `ENVOL_BENCHMARK_STORE_FAILED`
   */
  async save(name: string, report: BenchmarkReport): Promise<string> {
    const file = this.#file(name);
    const text = `${JSON.stringify(parseReport(report, 'What was to be saved'), null, 2)}\n`;
    const unfinished = join(this.folder, `.${name}.${randomUUID()}.tmp`);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeDurably(unfinished, text);
      await rename(unfinished, file);
    } catch (cause) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw storeFailed(`The report "${name}" could not be saved in ${this.folder}`, cause);
    }
    return file;
  }

  /** @throws EnvolError `ENVOL_BENCHMARK_INVALID_REPORT_NAME`, `ENVOL_BENCHMARK_REPORT_NOT_FOUND`, `ENVOL_BENCHMARK_INVALID_REPORT`, `ENVOL_BENCHMARK_STORE_FAILED` */
  async load(name: string): Promise<BenchmarkReport> {
    const file = this.#file(name);
    const text = await readLimited(file).catch(async (cause: unknown) => {
      if (isMissing(cause)) throw reportNotFound(name, this.folder, await this.names());
      throw storeFailed(`The report "${name}" could not be read from ${this.folder}`, cause);
    });
    if (text === undefined) throw invalidReport(file, `it is longer than ${MAX_BYTES} bytes`);
    return parseReport(parseJson(text, file), file);
  }

  /**
   * Names of the reports that are saved, in order of the alphabet.
   *
   * @throws EnvolError `ENVOL_BENCHMARK_STORE_FAILED`
   */
  async names(): Promise<readonly string[]> {
    const files = await readdir(this.folder).catch((cause: unknown) => {
      if (isMissing(cause)) return [];
      throw storeFailed(`The folder ${this.folder} could not be read`, cause);
    });
    const names = files.filter((file) => file.endsWith(EXTENSION)).map((file) => file.slice(0, -EXTENSION.length));
    return names.filter((name) => NAME.test(name)).toSorted();
  }

  #file(name: string): string {
    if (typeof name !== 'string' || !NAME.test(name)) throw invalidReportName(name);
    return join(this.folder, name + EXTENSION);
  }
}

/** On the disk before it takes the place of another: a loss of power leaves the one or the other. */
async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `undefined` for a file that is too long. */
async function readLimited(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    return size > MAX_BYTES ? undefined : await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidReport(file, 'it is not JSON', cause);
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
